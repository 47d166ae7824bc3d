// Specification: https://github.com/ruby/ruby/blob/master/doc/marshal.rdoc, and where that is silent r_object_for and
// w_object in https://github.com/ruby/ruby/blob/master/marshal.c.

extension Format {
  /// Ruby's Marshal 4.8, as Rack and Rails keep sessions and cached values. Loading one creates whatever objects it
  /// names; here they are described and none is created.
  public static let ruby = Format(
    name: "ruby", labels: ["ruby-marshal"],
    summary: "Ruby Marshal 4.8; its objects are described and never created",
    // An entry of Rails' cache is a layer, unless its value cannot be cut out.
    recognizes: { RubyMarshal.hasHeader($0) && !RailsEntry.isObject($0) },
    hasSignature: RubyMarshal.hasHeader,
    read: RubyMarshal.read,
    isConvincing: { value in
      switch value.unshared {
      case .null, .bool, .integer, .number, .double: false
      default: true
      }
    },
    transcode: { reader, writer throws(PayloadError) in
      try RubyMarshal.emit(reader, JSONOutput(writer)) != nil
    },
    outline: { reader throws(PayloadError) in
      try RubyMarshal.emit(reader, OutlineOutput())?.outline
    })
}

enum RubyMarshal {
  /// "The major and minor version of the stream": 4 and 8 since Ruby 1.8.
  static func hasHeader(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 3 && bytes[0] == 4 && bytes[1] == 8
  }

  static func read(_ payload: ByteReader) throws(PayloadError) -> Reading {
    var parser = RubyParser(payload)
    do throws(PayloadError) { try parser.run() } catch { throw error.finding(findings(parser)) }
    var machine = RubyMachine(parser)
    let value: Value
    do throws(PayloadError) {
      value = try machine.result()
    } catch {
      throw error.finding(machine.findings())
    }
    return Reading(
      value, label: "Ruby Marshal", findings: machine.findings(), notes: machine.allNotes())
  }

  /// What Ruby has done when it meets the error: it reads no further than the value, and creates objects as it goes.
  private static func findings(_ parser: RubyParser) -> [Finding] {
    if parser.isComplete {
      var machine = RubyMachine(parser)
      return machine.findings()
    }
    return parser.gadgets
  }

  /// Gives a payload to an output that keeps no values; nil where there are findings,
  /// where a container appears twice, and where the output has no words.
  static func emit<Output: PayloadOutput>(
    _ payload: ByteReader, _ output: Output
  ) throws(PayloadError) -> Output? {
    var parser = RubyParser(payload)
    try parser.run()
    if parser.hasSharedContainers { return nil }
    var machine = RubyMachine(parser)
    if parser.hasClasses && machine.hasFindings() { return nil }
    var output = output
    do throws(PayloadError) {
      _ = try machine.emit(0, to: &output)
    } catch {
      if error == .declined { return nil }
      throw error
    }
    return output
  }
}
