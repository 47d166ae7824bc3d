import Testing

@testable import SessionFormats

/// Writes instructions for tests.
struct PickleBuilder {
  var bytes: [UInt8] = []

  init(_ version: UInt8? = 4) {
    if let version { bytes = [0x80, version] }
  }

  mutating func op(_ opcode: PickleOpcode, _ argument: [UInt8] = []) {
    bytes.append(opcode.rawValue)
    bytes += argument
  }

  mutating func ops(_ opcodes: PickleOpcode...) { for opcode in opcodes { op(opcode) } }

  mutating func text(_ text: String) {
    op(.shortBinUnicode, [UInt8(text.utf8.count)] + Array(text.utf8))
  }

  mutating func global(_ module: String, _ name: String) {
    text(module)
    text(name)
    op(.stackGlobal)
  }

  static func stop(_ bytes: [UInt8], _ version: UInt8 = 4) -> [UInt8] {
    [0x80, version] + bytes + [0x2E]
  }
}

/// Deterministic numbers (SplitMix64), so that a failure can be repeated from the seed that it
/// prints.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// Payloads that want to crash, hang or fill the memory.
@Suite struct PickleHostileTests {
  /// Reads a payload by both exits, which must agree in every byte and every error, and writes it
  /// in both styles.
  static func readBothWays(_ payload: [UInt8], _ transcoder: PickleTranscoder) throws(PayloadError)
  {
    var direct: [UInt8] = []
    var failure: PayloadError?
    var isDangerous = false
    do {
      isDangerous = try transcoder.transcode(payload, into: &direct)
    } catch {
      failure = error
    }
    do {
      let reading = try Pickle.read(payload)
      _ = JSONWriter.json(reading.value, .typed)
      #expect(failure == nil, "\(payload)")
      #expect(JSONWriter.json(reading.value, .plain) == direct, "\(payload)")
      #expect(reading.findings.isEmpty != isDangerous, "\(payload)")
      #expect(transcoder.remarks().findings == reading.findings, "\(payload)")
      #expect(transcoder.remarks().notes == reading.notes, "\(payload)")
    } catch {
      // The fast exit leaves it to the other to say what would run.
      #expect(failure?.finding([]) == error.finding([]), "\(payload)")
      throw error
    }
  }

  @Test func bothExitsAgreeOnEveryFixture() throws {
    let transcoder = PickleTranscoder()
    for fixture in PickleFixture.all { try Self.readBothWays(fixture.payload, transcoder) }
  }

  @Test func everyTruncationIsAnError() {
    let transcoder = PickleTranscoder()
    for fixture in PickleFixture.all {
      // Long runs of text are cut at some of their bytes only.
      let step = max(1, fixture.payload.count / 150)
      for end in stride(from: 0, to: fixture.payload.count, by: step) {
        #expect(throws: PayloadError.self, "\(fixture), \(end) bytes") {
          try Self.readBothWays(Array(fixture.payload[..<end]), transcoder)
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func mutationsAreReadAlikeByBothExits(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let transcoder = PickleTranscoder()
    for fixture in PickleFixture.all where fixture.payload.count < 2_000 {
      for _ in 0..<8 {
        var payload = fixture.payload
        for _ in 0...Int.random(in: 0..<4, using: &random) {
          let place = Int.random(in: payload.indices, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: payload[place] = .random(in: 0...255, using: &random)
          case 1: payload[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
          case 2: payload.insert(payload.randomElement(using: &random) ?? 0, at: place)
          default: if payload.count > 1 { payload.remove(at: place) }
          }
        }
        // Either outcome is right; both exits must agree and neither may trap.
        try? Self.readBothWays(payload, transcoder)
      }
    }
  }

  // MARK: - Depth

  @Test(arguments: [PickleOpcode.tuple1, .append])
  func deepNestingIsAnError(opcode: PickleOpcode) {
    var builder = PickleBuilder()
    if opcode == .append {
      for _ in 0..<100_000 { builder.op(.emptyList) }
      for _ in 1..<100_000 { builder.op(.append) }
    } else {
      builder.op(.emptyTuple)
      for _ in 0..<100_000 { builder.op(.tuple1) }
    }
    builder.op(.stop)
    let error = #expect(throws: PayloadError.self) {
      try Self.readBothWays(builder.bytes, PickleTranscoder())
    }
    #expect(error?.reason == "the value is nested more than 128 deep")
    #expect(error?.isLimit == true)
  }

  @Test func depth128IsReadAndNoMore() throws {
    func nested(_ depth: Int) -> [UInt8] {
      var builder = PickleBuilder()
      for _ in 0..<depth { builder.op(.emptyList) }
      for _ in 1..<depth { builder.op(.append) }
      builder.op(.stop)
      return builder.bytes
    }
    try Self.readBothWays(nested(128), PickleTranscoder())
    #expect(throws: PayloadError.self) { try Self.readBothWays(nested(129), PickleTranscoder()) }
  }

  /// A call of a call of a call ... as a callee, and objects whose states are objects.
  @Test(arguments: [PickleOpcode.reduce, .build])
  func deepCallsAreAnError(opcode: PickleOpcode) {
    var builder = PickleBuilder()
    builder.global("app", "Thing")
    builder.ops(.emptyTuple, .reduce)
    for _ in 0..<100_000 {
      if opcode == .reduce {
        builder.ops(.emptyTuple, .reduce)
      } else {
        builder.ops(.memoize, .tuple1)
        builder.op(.binGet, [0])
        builder.ops(.pop, .tuple1)
      }
    }
    builder.op(.stop)
    #expect(throws: PayloadError.self) { try Self.readBothWays(builder.bytes, PickleTranscoder()) }
  }

  // MARK: - Sharing

  @Test func doublingIsNotExpanded() throws {
    var builder = PickleBuilder()
    builder.op(.emptyList)
    for _ in 0..<100 {
      builder.ops(.dup, .tuple2)
    }
    builder.op(.stop)
    let reading = try Pickle.read(builder.bytes)
    #expect(JSONWriter.json(reading.value).count < 5_000)
    #expect(JSONWriter.json(reading.value, .typed).count < 5_000)
    try Self.readBothWays(builder.bytes, PickleTranscoder())
  }

  @Test func doublingByTheMemoIsNotExpanded() throws {
    var builder = PickleBuilder()
    builder.text("lol")
    builder.op(.memoize)
    for level in 0..<30 as Range<UInt8> {
      builder.op(.mark)
      for _ in 0..<10 { builder.op(.binGet, [level]) }
      builder.ops(.list, .memoize)
    }
    builder.op(.stop)
    let reading = try Pickle.read(builder.bytes)
    #expect(JSONWriter.json(reading.value, .plain).count < 100_000)
    try Self.readBothWays(builder.bytes, PickleTranscoder())
  }

  /// A text of a megabyte that is pushed again 4,000 times by 2 bytes each.
  @Test func repeatedTextIsLimited() {
    var builder = PickleBuilder()
    builder.ops(.emptyList)
    builder.op(.binUnicode, [0, 0, 0x10, 0] + [UInt8](repeating: 0x61, count: 1 << 20))
    builder.ops(.memoize, .append, .mark)
    for _ in 0..<4_000 { builder.op(.binGet, [0]) }
    builder.ops(.appends, .stop)
    let error = #expect(throws: PayloadError.self) {
      try Self.readBothWays(builder.bytes, PickleTranscoder())
    }
    #expect(error?.reason.contains("bytes of text") == true)
  }

  @Test func cyclesAreReferences() throws {
    // ]q\0h\0a. from the specification: a list that contains itself.
    let list = try Pickle.read(Array("]q\u{0}h\u{0}a.".utf8))
    #expect(list.value == .shared(1, .list([.reference(1)])))
    var dict = PickleBuilder()
    dict.ops(.emptyDict, .memoize)
    dict.text("me")
    dict.op(.binGet, [0])
    dict.ops(.setItem, .stop)
    #expect(
      try Pickle.read(dict.bytes).value == .shared(1, .map([Pair(.string("me"), .reference(1))])))
    var object = PickleBuilder()
    object.global("app", "Thing")
    object.ops(.emptyTuple, .newObj, .memoize)
    object.op(.binGet, [0])
    object.ops(.build, .stop)
    var thing = Object(name: "app.Thing")
    thing.state = .reference(1)
    // A state that is an instance of an unknown class may be a kind of dict with any keys.
    thing.isDangerous = true
    #expect(try Pickle.read(object.bytes).value == .shared(1, .object(thing)))
  }

  // MARK: - Claims

  @Test func claimedSizesAllocateNothing() {
    let claims: [(PickleOpcode, [UInt8], String)] = [
      (.long4, [0xFF, 0xFF, 0xFF, 0x7F], "LONG4: need 2147483647 bytes, 1 left"),
      (.long4, [0xFF, 0xFF, 0xFF, 0xFF], "LONG4: a negative length, -1"),
      (.binString, [0, 0, 0, 0x80], "BINSTRING: a negative length, -2147483648"),
      (.binUnicode, [0xFF, 0xFF, 0xFF, 0xFF], "BINUNICODE: need 4294967295 bytes, 1 left"),
      (
        .binUnicode8, [UInt8](repeating: 0xFF, count: 8),
        "BINUNICODE8: need 18446744073709551615 bytes, 1 left"
      ),
      (
        .binBytes8, [0, 0, 0, 0, 0, 0, 0, 0x80], "BINBYTES8: need 9223372036854775808 bytes, 1 left"
      ),
      (
        .bytearray8, [0, 0, 0, 0, 0, 0, 0, 0x40],
        "BYTEARRAY8: need 4611686018427387904 bytes, 1 left"
      ),
      (.frame, [0xFF, 0, 0, 0, 0, 0, 0, 0], "FRAME of 255 bytes, 1 left"),
    ]
    for (opcode, argument, reason) in claims {
      let payload = PickleBuilder.stop([opcode.rawValue] + argument)
      let error = #expect(throws: PayloadError.self) { try Pickle.read(payload) }
      #expect(error?.reason == reason)
    }
  }

  @Test func hugeIntegersAreLimited() throws {
    func integer(_ size: Int) -> [UInt8] {
      let count = (0..<4).map { UInt8(size >> (8 * $0) & 0xFF) }
      return PickleBuilder.stop([0x8B] + count + [UInt8](repeating: 0x7F, count: size))
    }
    guard case .number(let digits) = try Pickle.read(integer(4096)).value else {
      Issue.record("no number")
      return
    }
    #expect(digits.count == 9864)
    let error = #expect(throws: PayloadError.self) { try Pickle.read(integer(4097)) }
    #expect(error?.isLimit == true)
    let text = [UInt8(ascii: "L")] + [UInt8](repeating: UInt8(ascii: "9"), count: 20_000)
    #expect(throws: PayloadError.self) { try Pickle.read(PickleBuilder.stop(text + [0x4C, 0x0A])) }
  }

  /// CPython's C implementation once allocated an array as large as the number of a memo entry.
  @Test func hugeMemoNumbersCostNothing() throws {
    let payload = PickleBuilder.stop(
      [0x4B, 7, 0x72, 0xFF, 0xFF, 0xFF, 0xFF, 0x30, 0x6A, 0xFF, 0xFF, 0xFF, 0xFF])
    #expect(try Pickle.read(payload).value == .integer(7))
    let decimal = PickleBuilder.stop(
      [0x4B, 7] + Array("p9223372036854775807\n0g9223372036854775807\n".utf8))
    #expect(try Pickle.read(decimal).value == .integer(7))
  }

  @Test func memoEntriesAreOverwrittenAndCounted() throws {
    // PUT 0, overwrite it, PUT 5 with a gap; MEMOIZE then takes the number of entries.
    var builder = PickleBuilder()
    builder.op(.binInt1, [1])
    builder.op(.binPut, [0])
    builder.op(.binInt1, [2])
    builder.op(.binPut, [0])
    builder.op(.binPut, [5])
    builder.op(.binInt1, [3])
    builder.op(.memoize)
    builder.ops(.pop, .pop, .pop)
    builder.op(.binGet, [0])
    builder.op(.binGet, [2])
    builder.ops(.tuple2, .stop)
    #expect(
      try Pickle.read(builder.bytes).value
        == .tagged(.tuple, .list([.integer(2), .integer(3)])))
    let missing = #expect(throws: PayloadError.self) {
      try Pickle.read(PickleBuilder.stop([0x68, 9]))
    }
    #expect(missing?.description == "byte 2: BINGET 9: the memo has no such entry")
  }

  /// Two lists that are appended to in turns: segments of one element each, and no search for the
  /// last one.
  @Test func interleavedAppendsAreLinear() throws {
    var builder = PickleBuilder()
    builder.ops(.emptyList, .memoize, .emptyList, .memoize, .tuple2)
    for _ in 0..<200_000 {
      builder.op(.binGet, [0])
      builder.op(.noneValue)
      builder.ops(.append, .pop)
      builder.op(.binGet, [1])
      builder.op(.noneValue)
      builder.ops(.append, .pop)
    }
    builder.op(.stop)
    guard case .tagged(.tuple, .list(let lists)) = try Pickle.read(builder.bytes).value,
      case .list(let first) = lists[0], case .list(let second) = lists[1]
    else {
      Issue.record("no two lists")
      return
    }
    #expect(first.count == 200_000)
    #expect(second.count == 200_000)
  }

  /// One large tuple of arguments or state that many calls share must not be walked for each of
  /// them.
  @Test func sharedArgumentsAndStatesAreLimited() {
    var builder = PickleBuilder()
    builder.op(.mark)
    for _ in 0..<20_000 { builder.op(.noneValue) }
    builder.ops(.tuple, .memoize)
    builder.global("app", "Thing")
    builder.ops(.memoize, .emptyList)
    for _ in 0..<20_000 {
      builder.op(.binGet, [1])
      builder.op(.binGet, [0])
      builder.ops(.reduce, .append)
    }
    builder.op(.stop)
    let error = #expect(throws: PayloadError.self) {
      try Self.readBothWays(builder.bytes, PickleTranscoder())
    }
    #expect(error?.reason == "the value is more than 5000000 values")
  }

  /// A dict with one key that is no name at its end, as the state of many objects: each looks
  /// whether it holds attributes. A list whose last item is no pair, as the argument of many
  /// ordered dicts.
  @Test(arguments: [true, false])
  func sharedContainersAreNotSearchedForEachCall(isState: Bool) {
    var builder = PickleBuilder()
    builder.ops(isState ? .emptyDict : .emptyList, .memoize, .mark)
    for _ in 0..<20_000 {
      if isState { builder.text("k") }
      builder.op(isState ? .noneValue : .emptyTuple)
    }
    if isState { builder.ops(.noneValue, .noneValue) }
    builder.op(isState ? .setItems : .appends)
    builder.global(isState ? "app" : "collections", isState ? "Thing" : "OrderedDict")
    builder.ops(.memoize, .emptyList)
    for _ in 0..<20_000 {
      builder.op(.binGet, [1])
      if isState {
        builder.ops(.emptyTuple, .newObj)
        builder.op(.binGet, [0])
        builder.op(.build)
      } else {
        builder.op(.binGet, [0])
        builder.ops(.tuple1, .reduce)
      }
      builder.op(.append)
    }
    builder.op(.stop)
    let error = #expect(throws: PayloadError.self) {
      try Self.readBothWays(builder.bytes, PickleTranscoder())
    }
    #expect(error?.reason == "the value is more than 5000000 values")
  }

  @Test func longNamesAreLimited() {
    var builder = PickleBuilder()
    builder.op(.binUnicode, [0, 0, 1, 0] + [UInt8](repeating: 0x61, count: 1 << 16))
    builder.ops(.memoize)
    for _ in 0..<1_000 {
      builder.op(.binGet, [0])
      builder.op(.binGet, [0])
      builder.op(.stackGlobal)
    }
    builder.op(.stop)
    let error = #expect(throws: PayloadError.self) { try Pickle.read(builder.bytes) }
    #expect(error?.reason == "STACK_GLOBAL: a name of 131072 bytes, at most 1024")
  }
}
