import Glibc

/// Everything that a descriptor holds; nil when it cannot be read.
package func readAll(_ descriptor: Int32) -> [UInt8]? {
  var bytes: [UInt8] = []
  let size = 64 << 10
  while true {
    let old = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: size))
    let count = bytes.withUnsafeMutableBytes { raw in
      read(descriptor, raw.baseAddress.map { $0 + old }, size)
    }
    bytes.removeLast(size - max(0, count))
    if count == 0 { return bytes }
    if count < 0, errno != EINTR || Interrupt.isPending { return nil }
  }
}
