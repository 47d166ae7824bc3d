extension Pickle {
  /// The instructions with their offsets, as `python -m pickletools` lists them: offset, code, name, argument. The
  /// last line says where and why the payload cannot be read.
  static func explain(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    var machine = PickleMachine()
    var failure: PayloadError?
    do {
      _ = try machine.run(ByteReader(bytes))
    } catch {
      failure = error
    }
    var reader = ByteReader(bytes)
    do {
      while lines.count < maximumLines {
        let at = reader.offset
        if let failure, at > failure.offset { break }
        guard let opcode = PickleOpcode(rawValue: try reader.byte()) else { break }
        lines.append(try line(opcode, at, &reader))
        if opcode == .stop { break }
      }
    } catch {
      // The machine met the same error, and says more about it.
    }
    if lines.count == maximumLines { lines.append("... and more") }
    if let failure { lines.append("\(failure)") }
    return lines
  }

  /// Instructions listed: about what a person scrolls through.
  private static let maximumLines = 100_000
  /// Characters of an argument.
  private static let maximumText = 60

  private static func line(
    _ opcode: PickleOpcode, _ at: Int, _ reader: inout ByteReader
  ) throws(PayloadError) -> String {
    let argument = try argument(opcode, &reader)
    let code: String
    if opcode.rawValue < 0x80 {
      code = String(UnicodeScalar(opcode.rawValue))
    } else {
      code = "\\x" + hexText([opcode.rawValue])
    }
    let start = pad(String(at), to: 6, left: true) + ": " + pad(code, to: 4, left: false) + " "
    return argument.isEmpty
      ? start + opcode.name : start + pad(opcode.name, to: 16, left: false) + " " + argument
  }

  private static func pad(_ text: String, to width: Int, left: Bool) -> String {
    let spaces = String(repeating: " ", count: max(0, width - text.utf8.count))
    return left ? spaces + text : text + spaces
  }

  private static func argument(
    _ opcode: PickleOpcode, _ reader: inout ByteReader
  ) throws(PayloadError) -> String {
    switch opcode.description.argument {
    case .none: return ""
    case .line: return quoted(reader.bytes, try reader.line())
    case .pair:
      let module = quoted(reader.bytes, try reader.line())
      return module + " " + quoted(reader.bytes, try reader.line())
    case .uint8: return String(try reader.byte())
    case .uint16: return String(try reader.little(UInt16.self))
    case .int32: return String(try reader.little(Int32.self))
    case .uint32: return String(try reader.little(UInt32.self))
    case .uint64: return String(try reader.little(UInt64.self))
    case .float64: return Double(bitPattern: try reader.big(UInt64.self)).description
    case .counted8: return try counted(opcode, reader.range(Int(reader.byte())), reader)
    case .counted32:
      return try counted(opcode, reader.range(Int(reader.little(UInt32.self))), reader)
    case .countedSigned32:
      return try counted(opcode, reader.range(Int(reader.little(Int32.self))), reader)
    case .counted64: return try counted(opcode, reader.range(reader.little(UInt64.self)), reader)
    }
  }

  private static func counted(
    _ opcode: PickleOpcode, _ range: Range<Int>, _ reader: ByteReader
  ) -> String {
    guard opcode == .long1 || opcode == .long4 else { return quoted(reader.bytes, range) }
    var digits: [UInt8] = []
    guard range.count <= 16 else { return "an integer of \(range.count) bytes" }
    if let value = IntegerDigits.decode(reader.bytes, range, into: &digits) { return String(value) }
    return String(decoding: digits, as: UTF8.self)
  }

  /// Text in ASCII with everything else escaped, cut off after some characters.
  private static func quoted(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    var text = "'"
    for (place, index) in range.enumerated() {
      if place == maximumText { return text + "'... (\(range.count) bytes)" }
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7F: text += String(UnicodeScalar(byte))
      case 0x0A: text += "\\n"
      default: text += "\\x" + hexText([byte])
      }
    }
    return text + "'"
  }
}
