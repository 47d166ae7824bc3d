/// The value of a hexadecimal digit of either case.
@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// A byte as error texts show it: `0x0a`.
func hexByte(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.utf8.count < 2 ? "0x0\(digits)" : "0x\(digits)"
}
