import Glibc

/// A command's name or word, for comparison.
package func lowercased(_ word: [UInt8]) -> String {
  guard word.count <= 15 else { return String(decoding: word, as: UTF8.self).lowercased() }
  // Names are short and ASCII: no Unicode rules, and no allocation.
  return String(unsafeUninitializedCapacity: word.count) { out in
    for (i, byte) in word.enumerated() {
      out.initializeElement(at: i, to: (0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
    }
    return word.count
  }
}

/// A number with commas between thousands: `1,204`.
package func grouped(_ number: Int64) -> String {
  var out = ""
  let digits = String(number.magnitude)
  for (i, digit) in digits.enumerated() {
    if i > 0, (digits.count - i) % 3 == 0 { out.append(",") }
    out.append(digit)
  }
  return (number < 0 ? "-" : "") + out
}

/// What an `errno` means.
func errorText(_ number: Int32) -> String { String(cString: strerror(number)) }
