import Testing

@testable import SessionFormats

/// The machine, instruction by instruction, and what is wrong with payloads.
@Suite struct PickleTests {
  private func value(_ text: String) throws -> Value { try Pickle.read(Array(text.utf8)).value }

  private func value(_ bytes: [UInt8]) throws -> Value {
    try Pickle.read(PickleBuilder.stop(bytes)).value
  }

  private func failure(_ bytes: [UInt8]) -> String? {
    do {
      return "\(try Pickle.read(bytes).value)"
    } catch {
      return error.description
    }
  }

  private func failure(_ text: String) -> String? { failure(Array(text.utf8)) }

  @Test func everyInstructionHasItsByteAndName() {
    let names = (0...255).compactMap { PickleOpcode(rawValue: UInt8($0))?.name }
    #expect(names.count == 68)
    #expect(Set(names).count == 68)
    #expect(PickleOpcode(rawValue: UInt8(ascii: "R"))?.name == "REDUCE")
  }

  // MARK: - Text instructions

  @Test func integersInText() throws {
    #expect(try value("I-5\n.") == .integer(-5))
    #expect(try value("I01\n.") == .bool(true))
    #expect(try value("I00\n.") == .bool(false))
    #expect(try value("I0\n.") == .integer(0))
    #expect(try value("L5L\n.") == .integer(5))
    #expect(try value("L-9223372036854775808L\n.") == .integer(.min))
    #expect(try value("L9223372036854775808L\n.") == .number("9223372036854775808"))
    #expect(try value("L-0009223372036854775809L\n.") == .number("-9223372036854775809"))
    #expect(failure("I1x\n.") == "byte 0: INT needs decimal digits")
    #expect(failure("I\n.") == "byte 0: INT needs decimal digits")
    #expect(failure("I-\n.") == "byte 0: INT needs decimal digits")
    #expect(failure("I5") == "byte 1: INT: a line without its end")
  }

  @Test func floats() throws {
    #expect(try value("F1.5\n.") == .double(1.5))
    #expect(try value("F-inf\n.") == .double(-.infinity))
    guard case .double(let number) = try value("Fnan\n.") else {
      Issue.record("no float")
      return
    }
    #expect(number.isNaN)
    #expect(failure("F0x1p3\n.") == "byte 0: FLOAT needs a number")
    #expect(failure("F\n.") == "byte 0: FLOAT needs a number")
  }

  @Test func quotedText() throws {
    #expect(try value("S'it\\'s'\n.") == .string("it's"))
    #expect(try value("S\"a\\n\\t\\x41\\101\\\\\\q\"\n.") == .string("a\n\tAA\\\\q"))
    #expect(try value("S'gr\\xc3\\xbcn'\n.") == .string("grün"))
    #expect(try value("S'latin \\xe9'\n.") == .bytes(Array("latin ".utf8) + [0xE9]))
    #expect(failure("Sabc\n.") == "byte 0: STRING needs a text in quotes")
    #expect(failure("S'abc\"\n.") == "byte 0: STRING needs a text in quotes")
    #expect(failure("S'\n.") == "byte 0: STRING needs a text in quotes")
    #expect(failure("S'\\x4'\n.") == "byte 2: STRING: \\x needs two hexadecimal digits")
    #expect(failure("S'\\'\n.") == "byte 0: STRING ends in a backslash")
  }

  @Test func rawUnicodeEscapes() throws {
    #expect(try value("Va\\u20acb\n.") == .string("a€b"))
    #expect(try value("V\\U0001f600\n.") == .string("\u{1F600}"))
    // Narrow builds of Python 2 write a pair of surrogates.
    #expect(try value("V\\ud83d\\ude00\n.") == .string("\u{1F600}"))
    #expect(try value("V\\\\u0041\n.") == .string("\\\\u0041"))
    #expect(try value("V\\n\n.") == .string("\\n"))
    #expect(try value("Va\\\n.") == .string("a\\"))
    #expect(try Pickle.read([0x56, 0xE9, 0x0A, 0x2E]).value == .string("é"))
    #expect(
      try value("V\\ud800\n.") == .tagged(.surrogates, .bytes([0xED, 0xA0, 0x80])))
    #expect(failure("V\\u20a\n.") == "byte 1: UNICODE: an escape that is cut off")
    #expect(failure("V\\u20ag\n.") == "byte 1: UNICODE: an escape with no hexadecimal digit")
    #expect(failure("V\\U00110000\n.") == "byte 1: UNICODE: an escape beyond U+10FFFF")
  }

  @Test func textMustBeUTF8() throws {
    #expect(
      try value([0x8C, 3, 0xED, 0xA0, 0x80]) == .tagged(.surrogates, .bytes([0xED, 0xA0, 0x80])))
    for wrong in [[0xC0, 0x80], [0xFF, 0x41], [0xE2, 0x82], [0xC3, 0x28]] as [[UInt8]] {
      #expect(
        failure(PickleBuilder.stop([0x8C, UInt8(wrong.count)] + wrong))
          == "byte 4: SHORT_BINUNICODE: invalid UTF-8 in a text of \(wrong.count) bytes")
    }
    #expect(
      failure(PickleBuilder.stop([0x8C, 4, 0xF4, 0x90, 0x80, 0x80]))?.contains("invalid UTF-8")
        == true)
  }

  @Test func binaryIntegers() throws {
    #expect(try value([0x4A, 0xFE, 0xFF, 0xFF, 0xFF]) == .integer(-2))
    #expect(try value([0x8A, 0]) == .integer(0))
    #expect(try value([0x8A, 1, 0xFF]) == .integer(-1))
    #expect(try value([0x8A, 2, 0xFF, 0]) == .integer(255))
    #expect(
      try value([0x8A, 9] + [UInt8](repeating: 0, count: 8) + [1])
        == .number("18446744073709551616"))
    #expect(
      try value([0x8A, 9] + [UInt8](repeating: 0xFF, count: 8) + [0])
        == .number("18446744073709551615"))
    #expect(
      try value([0x8A, 9] + [UInt8](repeating: 0, count: 8) + [0xFF])
        == .number("-18446744073709551616"))
    // More bytes than needed.
    #expect(try value([0x8A, 10, 5] + [UInt8](repeating: 0, count: 9)) == .integer(5))
    #expect(try value([0x8A, 10, 0xFB] + [UInt8](repeating: 0xFF, count: 9)) == .integer(-5))
  }

  // MARK: - Stack

  @Test func underflowsNameWhatIsMissing() {
    #expect(
      failure(PickleBuilder.stop([0x4E, 0x61]))
        == "byte 3: APPEND needs a list below its value, the stack has 1 item")
    #expect(failure(PickleBuilder.stop([0x30])) == "byte 2: POP needs an item, the stack is empty")
    #expect(
      failure(PickleBuilder.stop([0x32]))
        == "byte 2: DUP needs an item to push again, the stack is empty")
    #expect(failure(PickleBuilder.stop([0x65])) == "byte 2: APPENDS needs a MARK, none is open")
    #expect(failure(PickleBuilder.stop([0x74])) == "byte 2: TUPLE needs a MARK, none is open")
    #expect(failure(PickleBuilder.stop([0x31])) == "byte 2: POP_MARK needs a MARK, none is open")
    #expect(
      failure(PickleBuilder.stop([0x4E, 0x28, 0x85]))
        == "byte 4: TUPLE1 needs as many items as its name says, the stack above MARK is empty")
    #expect(failure(PickleBuilder.stop([])) == "byte 2: STOP needs a result, the stack is empty")
    #expect(
      failure(PickleBuilder.stop([0x4E, 0x28]))
        == "byte 4: STOP needs a result, the stack above MARK is empty")
    #expect(
      failure(PickleBuilder.stop([0x52]))
        == "byte 2: REDUCE needs a callable below its arguments, the stack is empty")
  }

  @Test func popTakesAMark() throws {
    #expect(try value([0x4E, 0x28, 0x30]) == .null)
  }

  @Test func wrongOperandsAreNamed() {
    #expect(
      failure(PickleBuilder.stop([0x29, 0x28, 0x4E, 0x65]))
        == "byte 5: APPENDS needs a list below what it puts in, found a tuple")
    #expect(
      failure(PickleBuilder.stop([0x5D, 0x4E, 0x4E, 0x73]))
        == "byte 5: SETITEM needs a dict below what it puts in, found a list")
    #expect(
      failure(PickleBuilder.stop([0x7D, 0x28, 0x4E, 0x75]))
        == "byte 5: SETITEMS needs keys and values in pairs, found 1 items")
    #expect(
      failure(PickleBuilder.stop([0x4E, 0x4E, 0x62]))
        == "byte 4: BUILD needs an object below what it puts in, found None")
    #expect(
      failure(PickleBuilder.stop([0x4E, 0x29, 0x52]))
        == "byte 4: REDUCE needs something to call, found None")
    #expect(
      failure(Array("cos\nsystem\n]R.".utf8))
        == "byte 12: REDUCE needs a tuple of arguments, found a list")
    #expect(
      failure(PickleBuilder.stop([0x8C, 1, 0x61, 0x4E, 0x93]))
        == "byte 6: STACK_GLOBAL needs two str, found a str and None")
    #expect(
      failure(PickleBuilder.stop([0x5D, 0x28, 0x90]))
        == "byte 4: ADDITEMS needs a set below what it puts in, found a list")
  }

  // MARK: - Header, frames, end

  @Test func headers() throws {
    #expect(
      failure([0x80, 6, 0x4E, 0x2E])
        == "byte 0: PROTO 6 is newer than protocol 5, the last one known")
    #expect(failure([]) == "byte 0: an empty payload is no pickle")
    #expect(failure([0x80]) == "byte 1: PROTO: need 1 byte, none left")
    #expect(failure([0x80, 4, 0xFF, 0x2E]) == "byte 2: 0xff is no opcode")
    let reading = try Pickle.read([0x80, 2, 0x4E, 0x80, 4, 0x2E])
    #expect(reading.value == .null)
    #expect(reading.label == "pickle 4")
    #expect(reading.notes == ["PROTO 4 at byte 3, not at the start"])
  }

  @Test func theLabelOfAPayloadWithoutHeader() throws {
    #expect(try Pickle.read(Array("(dp0\n.".utf8)).label == "pickle 0")
    #expect(try Pickle.read(Array("}q\u{0}.".utf8)).label == "pickle 1")
  }

  @Test func frames() throws {
    func frame(_ size: UInt8) -> [UInt8] { [0x95, size, 0, 0, 0, 0, 0, 0, 0] }
    #expect(try Pickle.read(PickleBuilder.stop(frame(2) + [0x4E])).notes == [])
    // FRAME inside another, ended before STOP, cutting an instruction.
    #expect(
      try Pickle.read(PickleBuilder.stop(frame(11) + frame(2) + [0x4E])).notes
        == ["a frame at byte 11 inside another"])
    #expect(try Pickle.read(PickleBuilder.stop(frame(1) + [0x4E])).notes == [])
    #expect(
      try Pickle.read(PickleBuilder.stop(frame(2) + [0x4D, 1, 0])).notes
        == ["the frame that ends at byte 13 cuts an instruction"])
    #expect(failure(PickleBuilder.stop(frame(3) + [0x4E])) == "byte 2: FRAME of 3 bytes, 2 left")
  }

  @Test func theEnd() throws {
    #expect(failure([0x80, 4, 0x4E]) == "byte 3: the payload ends without STOP")
    #expect(failure([0x80, 4, 0x4E, 0x2E, 0x2E]) == "byte 4: STOP: 1 trailing byte after STOP")
    // Two pickles in a row, as some stores write them, are not one.
    #expect(
      failure([0x80, 4, 0x4E, 0x2E, 0x80, 4, 0x4E, 0x2E])
        == "byte 4: STOP: 4 trailing bytes after STOP")
    #expect(
      try Pickle.read([0x80, 4, 0x4E, 0x88, 0x2E]).notes == [
        "1 items and 0 marks left on the stack at STOP"
      ])
    // Text is not to be taken for a pickle, so that payloads without a header are held to more.
    #expect(failure("NI5\n.") == "byte 4: STOP leaves 1 items and 0 marks on the stack")
  }

  // MARK: - What has no meaning without the loader

  @Test func persistentIds() throws {
    #expect(try value("Pan id\n.") == .tagged(.persistent, .string("an id")))
    #expect(try value([0x4B, 7, 0x51]) == .tagged(.persistent, .integer(7)))
    #expect(failure("Pan id") == "byte 1: PERSID: a line without its end")
  }

  @Test func extensions() throws {
    #expect(try value([0x82, 5]) == .tagged(.ext, .list([.integer(5), .bytes([])])))
    #expect(try value([0x83, 0, 1]) == .tagged(.ext, .list([.integer(256), .bytes([])])))
    #expect(try value([0x84, 0, 0, 1, 0]) == .tagged(.ext, .list([.integer(65536), .bytes([])])))
    #expect(failure(PickleBuilder.stop([0x82, 0])) == "byte 2: EXT1 0: codes are positive")
    #expect(
      failure(PickleBuilder.stop([0x84, 0xFF, 0xFF, 0xFF, 0xFF]))
        == "byte 2: EXT4 -1: codes are positive")
  }

  @Test func outOfBandBuffers() throws {
    #expect(
      try value([0x97, 0x98, 0x97, 0x86])
        == .tagged(
          .tuple,
          .list([
            .tagged(.persistent, .string("out-of-band buffer 0")),
            .tagged(.persistent, .string("out-of-band buffer 1")),
          ])))
    #expect(
      failure(PickleBuilder.stop([0x98]))
        == "byte 2: READONLY_BUFFER needs a buffer, the stack is empty")
  }

  @Test func globals() throws {
    #expect(try value("c__builtin__\nunicode\n.") == .tagged(.global, .string("builtins.str")))
    #expect(try value("ccopy_reg\nx y\n.") == .tagged(.global, .string("copyreg.x y")))
    #expect(try value("cmödul\nÄ\n.") == .tagged(.global, .string("mödul.Ä")))
    #expect(failure("cos\n") == "byte 4: GLOBAL: a line without its end")
  }

  /// A set or a dict holds what Python could not hash, and keeps it in order.
  @Test func unhashableKeysAndItems() throws {
    #expect(
      try value([0x8F, 0x28, 0x5D, 0x7D, 0x90]) == .tagged(.set, .list([.list([]), .map([])])))
    #expect(
      try value([0x7D, 0x5D, 0x4E, 0x73]) == .map([Pair(.list([]), .null)]))
    let nan: [UInt8] = [0x47, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0]
    let reading = try Pickle.read(PickleBuilder.stop([0x7D] + nan + [0x4E, 0x73]))
    #expect(
      String(decoding: JSONWriter.json(reading.value), as: UTF8.self)
        == #"{"$map":[[{"$float":"nan"},null]]}"#)
  }

  @Test func keysThatRepeatAreKept() throws {
    var builder = PickleBuilder()
    builder.op(.emptyDict)
    for _ in 0..<40 {
      builder.text("k")
      builder.ops(.noneValue, .setItem)
    }
    builder.op(.stop)
    var json: [UInt8] = []
    _ = try PickleTranscoder().transcode(builder.bytes, into: &json)
    #expect(json == JSONWriter.json(try Pickle.read(builder.bytes).value))
    #expect(String(decoding: json, as: UTF8.self).hasPrefix(#"{"$map":[["k",null],["k",null]"#))
  }

  /// Known classes with arguments that no pickler writes are shown as they are.
  @Test(
    arguments: [
      "datetime datetime", "datetime date", "datetime time", "datetime timedelta",
      "datetime timezone",
      "decimal Decimal", "fractions Fraction", "uuid UUID", "collections OrderedDict",
      "collections deque", "builtins set", "builtins bytearray", "builtins complex",
      "_codecs encode",
      "copyreg _reconstructor", "copyreg __newobj__", "markupsafe Markup",
      "ipaddress IPv4Address", "ipaddress IPv6Address", "pathlib PurePosixPath", "re _compile",
      "time struct_time", "array _array_reconstructor", "numpy.core.multiarray scalar",
      "numpy.core.multiarray _reconstruct", "numpy.core.numeric _frombuffer", "numpy dtype",
      "bson.objectid ObjectId", "pytz _p", "dateutil.tz.tz tzoffset", "pendulum.datetime DateTime",
      "django.db.models.base model_unpickle", "django.utils.functional unpickle_lazyobject",
    ])
  func unexpectedArguments(global: String) throws {
    let parts = global.split(separator: " ").map(String.init)
    let transcoder = PickleTranscoder()
    for arguments in [
      [0x29], [0x4E, 0x85], [0x5D, 0x85], [0x4B, 7, 0x85], [0x7D, 0x4E, 0x86],
      [0x8C, 1, 0xB, 0x85],
      [0x4E, 0x4E, 0x4E, 0x87], [0x43, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x85],
      [0x43, 10, 7, 0xEA, 13, 1, 0, 0, 0, 0, 0, 0, 0x85],
      [0x28, 0x4E, 0x4E, 0x4E, 0x4E, 0x4E, 0x74],
      [0x8B, 17, 0, 0, 0] + [UInt8](repeating: 0x7F, count: 17) + [0x85],
    ] as [[UInt8]] {
      for state in [
        [], [0x7D, 0x62], [0x4E, 0x62], [0x29, 0x62], [0x4B, 1, 0x4B, 2, 0x86, 0x62],
      ]
        as [[UInt8]]
      {
        var builder = PickleBuilder()
        builder.global(parts[0], parts[1])
        builder.bytes += arguments
        builder.op(.reduce)
        builder.bytes += state
        builder.op(.stop)
        try PickleHostileTests.readBothWays(builder.bytes, transcoder)
      }
    }
  }

  /// dateutil before 3 names the file, and the tables are its state; any other form opens a file.
  @Test func zonesOfOlderDateutil() throws {
    func zone(_ arguments: (inout PickleBuilder) -> Void) throws -> Reading {
      var builder = PickleBuilder()
      builder.global("dateutil.tz.tz", "tzfile")
      arguments(&builder)
      builder.ops(.reduce, .emptyDict, .build, .stop)
      return try Pickle.read(builder.bytes)
    }
    let named = try zone { builder in
      builder.op(.noneValue)
      builder.text("/usr/share/zoneinfo/Europe/Berlin")
      builder.op(.tuple2)
    }
    #expect(named.value == .tagged(.timezone, .string("Europe/Berlin")))
    #expect(named.findings.isEmpty)
    let opened = try zone { builder in
      builder.text("/etc/passwd")
      builder.op(.tuple1)
    }
    #expect(opened.findings.map(\.name) == ["dateutil.tz.tz.tzfile"])
  }

  // MARK: - Detection

  @Test func textIsNotTakenForAPickle() {
    for text in ["", "N.", "I5\n.", "Some words.", "{}", "(see below).", "c", "]."] {
      let bytes = Array(text.utf8)
      let isTaken =
        Pickle.recognizes(bytes)
        && (try? Pickle.read(bytes)).map { Pickle.isPlausible($0.value) } == true
      #expect(!isTaken, "\(text)")
    }
    let named = Array("cats\nand dogs\n.".utf8)
    #expect((try? Pickle.read(named)).map { Pickle.isPlausible($0.value) } == false)
    for fixture in PickleFixture.all {
      let isContainer = fixture.payload[0] == 0x80 || fixture.name == "session"
      if isContainer { #expect(Pickle.recognizes(fixture.payload), "\(fixture)") }
    }
    // MessagePack's empty map with something after it.
    #expect(!Pickle.recognizes([0x80, 4]))
  }

  // MARK: - Disassembly

  @Test func disassembly() {
    #expect(
      Pickle.explain(Array("(dp0\nS'a\\n'\nI1\ns.".utf8)) == [
        "     0: (    MARK", "     1: d    DICT", "     2: p    PUT              '0'",
        "     5: S    STRING           '\\'a\\\\n\\''", "    12: I    INT              '1'",
        "    15: s    SETITEM", "    16: .    STOP",
      ])
    let broken = Pickle.explain([0x80, 4, 0x8C, 2, 0x61])
    #expect(
      broken == [
        "     0: \\x80 PROTO            4", "byte 4: SHORT_BINUNICODE: need 2 bytes, 1 left",
      ])
    #expect(
      Pickle.explain([0x80, 4, 0x61, 0x2E]).last
        == "byte 2: APPEND needs a list below its value, the stack is empty")
  }
}
