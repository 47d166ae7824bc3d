import Testing

@testable import SessionFormats

/// Pickles that never say REDUCE of the function that they run: a harmless object gets hold of it
/// and calls it, or is called by the unpickler. CPython 3.11 and 3.13 run the command in each of
/// those that say so.
@Suite struct PickleExposureTests {
  /// The names of the findings in a payload, and the notes.
  private func remarks(
    _ build: (inout PickleBuilder) -> Void
  ) throws -> (findings: [String], notes: [String]) {
    var builder = PickleBuilder()
    build(&builder)
    builder.op(.stop)
    try PickleHostileTests.readBothWays(builder.bytes, PickleTranscoder())
    let reading = try Pickle.read(builder.bytes)
    return (reading.findings.map(\.name), reading.notes)
  }

  private func findings(_ build: (inout PickleBuilder) -> Void) throws -> [String] {
    try remarks(build).findings
  }

  /// `module.name()`.
  private func make(_ module: String, _ name: String, _ builder: inout PickleBuilder) {
    builder.global(module, name)
    builder.ops(.emptyTuple, .reduce)
  }

  /// APPEND, APPENDS and ADDITEMS call a method of something that is not a list or set, and an
  /// instance may have that method as an attribute. CPython runs this.
  @Test(arguments: ["append", "extend", "add"])
  func theUnpicklerCallsAnAttribute(method: String) throws {
    #expect(
      try findings { builder in
        make("types", "SimpleNamespace", &builder)
        builder.op(.emptyDict)
        builder.text(method)
        builder.global("posix", "system")
        builder.ops(.setItem, .build)
        builder.text("id")
        builder.op(.append)
      } == ["types.SimpleNamespace.__setstate__"])
    // An application's instance may be callable; a number is not.
    #expect(
      try findings { builder in
        make("app", "Thing", &builder)
        builder.op(.emptyDict)
        builder.text(method)
        make("app", "Callback", &builder)
        builder.ops(.setItem, .build)
      } == ["app.Thing.__setstate__"])
    #expect(
      try findings { builder in
        make("app", "Thing", &builder)
        builder.op(.emptyDict)
        builder.text(method)
        builder.op(.newTrue)
        builder.ops(.setItem, .build)
      } == [])
  }

  /// The state is `dict([('__setstate__', posix.system)])`, so that no dict is in the payload.
  /// CPython runs this.
  @Test func aComputedState() throws {
    func state(_ module: String, _ name: String) throws -> [String] {
      try findings { builder in
        make("builtins", "Exception", &builder)
        builder.global("builtins", "dict")
        builder.op(.emptyList)
        builder.text("__setstate__")
        builder.global(module, name)
        builder.ops(.tuple2, .append, .tuple1, .reduce, .build)
        builder.text("id")
        builder.op(.build)
      }
    }
    #expect(try state("posix", "system") == ["builtins.Exception.__setstate__", "posix.system"])
    #expect(try state("app", "Thing") == ["builtins.Exception.__setstate__"])
    #expect(
      try findings { builder in
        make("app", "Thing", &builder)
        make("collections", "OrderedDict", &builder)
        builder.text("name")
        builder.text("x")
        builder.ops(.setItem, .build)
      } == [])
    #expect(
      try findings { builder in
        make("app", "Thing", &builder)
        make("collections", "OrderedDict", &builder)
        builder.text("__setstate__")
        make("app", "Callback", &builder)
        builder.ops(.setItem, .build)
      } == ["app.Thing.__setstate__"])
  }

  /// The key is `str('__setstate__')`. CPython runs this.
  @Test func aComputedKey() throws {
    #expect(
      try findings { builder in
        make("builtins", "Exception", &builder)
        builder.op(.emptyDict)
        builder.global("builtins", "str")
        builder.text("__setstate__")
        builder.ops(.tuple1, .reduce)
        builder.global("posix", "system")
        builder.ops(.setItem, .build)
        builder.text("id")
        builder.op(.build)
      } == ["builtins.Exception.__setstate__"])
  }

  /// `dict(ChainMap(defaultdict(os.getcwd), {'x': 1}))` looks up `x` in the defaultdict, which
  /// calls. CPython does.
  @Test func theFactoryOfADefaultdict() throws {
    func factory(_ module: String, _ name: String) throws -> [String] {
      try findings { builder in
        builder.global("builtins", "dict")
        builder.global("collections", "ChainMap")
        builder.global("collections", "defaultdict")
        builder.global(module, name)
        builder.ops(.tuple1, .reduce, .emptyDict)
        builder.text("x")
        builder.ops(.newTrue, .setItem, .tuple2, .reduce, .tuple1, .reduce)
      }
    }
    #expect(try factory("os", "getcwd") == ["collections.defaultdict"])
    #expect(try factory("app", "Thing") == ["collections.defaultdict"])
    for name in ["list", "int", "dict", "set", "str", "float", "bool"] {
      #expect(try factory("builtins", name) == [])
    }
    #expect(try factory("collections", "OrderedDict") == [])
  }

  /// Django 1.9 and older call the third argument of `model_unpickle`.
  @Test func aModelHasTwoNamesAndNoMore() throws {
    #expect(
      try findings { builder in
        builder.global("django.db.models.base", "model_unpickle")
        builder.text("id")
        builder.op(.binInt1, [0])
        builder.global("subprocess", "Popen")
        builder.ops(.tuple3, .reduce)
      } == ["django.db.models.base.model_unpickle"])
    #expect(
      try findings { builder in
        builder.global("django.db.models.base", "model_unpickle")
        builder.text("auth")
        builder.text("User")
        builder.ops(.tuple2, .tuple1, .reduce)
      } == [])
  }

  /// Whatever gets hold of a function may call it: as an argument, attribute, item or entry,
  /// however deep.
  @Test(
    arguments: [
      "posix system", "app.tasks run", "app os.system", "builtins getattr", "app.compat Popen",
      "dateutil.tz.tz tzfile", "copyreg __newobj__",
    ])
  func aFunctionInsideACall(global: String) throws {
    let parts = global.split(separator: " ").map(String.init)
    let name = parts.joined(separator: ".")
    #expect(
      try findings { builder in
        builder.global("app", "Thing")
        builder.global(parts[0], parts[1])
        builder.ops(.tuple1, .reduce)
      } == [name])
    #expect(
      try findings { builder in
        make("app", "Thing", &builder)
        builder.op(.emptyDict)
        builder.text("callback")
        builder.op(.emptyList)
        builder.global(parts[0], parts[1])
        builder.ops(.append, .tuple1, .setItem, .build)
      } == [name])
    #expect(
      try findings { builder in
        make("collections", "deque", &builder)
        builder.global(parts[0], parts[1])
        builder.op(.append)
      } == [name])
    #expect(
      try findings { builder in
        make("collections", "OrderedDict", &builder)
        builder.text("x")
        builder.global(parts[0], parts[1])
        builder.op(.setItem)
      } == [name])
  }

  /// The arguments that a harmless use has at one place are no pass for another one that shares the
  /// tuple.
  @Test func aSharedTupleOfArguments() throws {
    let names = try findings { builder in
      builder.global("copyreg", "__newobj__")
      builder.global("app", "user")
      builder.ops(.tuple1, .memoize, .reduce, .pop)
      builder.global("app", "Thing")
      builder.op(.binGet, [0])
      builder.op(.reduce)
    }
    #expect(names == ["app.user"])
  }

  /// Classes are values like any other.
  @Test(arguments: ["app Color", "builtins int", "decimal Decimal", "collections OrderedDict"])
  func aClassInsideACall(global: String) throws {
    let parts = global.split(separator: " ").map(String.init)
    let remarks = try remarks { builder in
      builder.global("app", "Thing")
      builder.global(parts[0], parts[1])
      builder.ops(.tuple1, .reduce)
    }
    #expect(remarks.findings == [])
    #expect(remarks.notes == [])
  }

  /// Outside of calls a function is only imported, which is noted even for an application's own.
  @Test(arguments: ["os system", "app.tasks run", "builtins getattr"])
  func aFunctionOutsideOfCallsIsNoted(global: String) throws {
    let parts = global.split(separator: " ").map(String.init)
    let remarks = try remarks { builder in
      builder.op(.emptyList)
      builder.global(parts[0], parts[1])
      builder.op(.append)
    }
    #expect(remarks.findings == [])
    #expect(remarks.notes.count == 1)
    #expect(remarks.notes.first?.hasPrefix("refers to \(parts.joined(separator: ".")) at") == true)
  }

  // MARK: - Names in messages

  /// A name with ESC, OSC, C1, direction and other letters came into the reason as it was.
  @Test func namesInReasonsAreEscaped() {
    let error = #expect(throws: PayloadError.self) {
      try Pickle.read(
        Array("\u{80}".utf8.suffix(1)) + [2]
          + Array("cposix\n\u{1B}[31m\u{1B}]0;t\u{07}\u{85}\u{202E}é\\\n(tRK".utf8))
    }
    #expect(
      error?.reason.hasSuffix(
        #"loading it would call posix.\x1b[31m\x1b]0;t\x07\x85\u{202e}\xe9\\"#) == true)
  }

  @Test func namesInReasonsAndNotesAreShort() throws {
    let name = String(repeating: "\u{202E}", count: 300)
    let error = #expect(throws: PayloadError.self) {
      try Pickle.read(Array("cposix\n\(name)\n(tRK".utf8))
    }
    #expect(error.map { $0.reason.utf8.count < 250 } == true)
    let reading = try Pickle.read(Array("(cposix\n\(name)\nl.".utf8))
    #expect(reading.notes.count == 1)
    #expect(reading.notes.allSatisfy { $0.utf8.count < 250 && !$0.contains("\u{202E}") })
  }

  /// 401 KB with a name of 1 KiB that is called 100,000 times made 101 MB of JSON and took 9 s:
  /// each call looked at its name anew, and none was counted.
  @Test func aLongNameThatIsCalledOften() throws {
    let name = String(repeating: "A.", count: 500) + "A"
    func payload(_ calls: String, _ count: Int) -> [UInt8] {
      let start = Array("cm\n\(name)\nq".utf8) + [0] + Array("0](".utf8)
      let body = Array(repeating: [0x68, 0] + Array(calls.utf8), count: count).flatMap(\.self)
      return [0x80, 2] + start + body + Array("e.".utf8)
    }
    let error = #expect(throws: PayloadError.self) { try Pickle.read(payload(")R", 100_000)) }
    #expect(error?.isLimit == true)
    #expect(error?.reason.hasSuffix("bytes of text") == true)
    var direct: [UInt8] = []
    let second = #expect(throws: PayloadError.self) {
      try PickleTranscoder().transcode(payload(")R", 100_000), into: &direct)
    }
    #expect(second == error)
    #expect(direct.isEmpty)
    #expect(try Pickle.read(payload(")R0", 100_000)).value == .list([]))
    #expect(try Pickle.read(payload(")R", 10)).findings.isEmpty)
  }

  @Test func aByteThatIsNoInstruction() {
    #expect(
      failure { () throws(PayloadError) in _ = try Pickle.read(Array(#"{"a":1}"#.utf8)) }?
        .description
        == "byte 0: 0x7b is no opcode")
    #expect(
      failure { () throws(PayloadError) in _ = try Pickle.read([0x80, 4, 0xFF]) }?.description
        == "byte 2: 0xff is no opcode")
  }
}
