import Testing

@testable import SessionFormats

/// What a pickle would call is named, however it hides it. The ideas are those by which scanners of
/// pickles were passed: trailofbits/fickling (test/test_bypasses.py) and mmaitre314/picklescan
/// (their security advisories).
@Suite struct PickleDangerTests {
  /// The names of the findings in a payload.
  private func findings(_ build: (inout PickleBuilder) -> Void) throws -> [String] {
    var builder = PickleBuilder()
    build(&builder)
    builder.op(.stop)
    var direct: [UInt8] = []
    let reading = try Pickle.read(builder.bytes)
    let transcoder = PickleTranscoder()
    let isDangerous = try transcoder.transcode(builder.bytes, into: &direct)
    #expect(isDangerous == !reading.findings.isEmpty)
    #expect(transcoder.remarks().findings == reading.findings)
    #expect(transcoder.remarks().notes == reading.notes)
    #expect(direct == JSONWriter.json(reading.value))
    return reading.findings.map(\.name)
  }

  /// The findings of `module.name("id")` by REDUCE.
  private func call(_ module: String, _ name: String) throws -> [String] {
    try findings { builder in
      builder.global(module, name)
      builder.text("id")
      builder.ops(.tuple1, .reduce)
    }
  }

  @Test func aCallIsNamedWithItsArgumentsAndOffset() throws {
    let payload = Array("cposix\nsystem\n(S'id'\ntR.".utf8)
    let reading = try Pickle.read(payload)
    #expect(
      reading.findings == [Finding(name: "posix.system", arguments: [.string("id")], offset: 22)])
    #expect(
      String(decoding: JSONWriter.json(reading.value), as: UTF8.self)
        == #"{"$danger":"posix.system","$args":["id"]}"#)
  }

  @Test(
    arguments: [
      "os system", "nt system", "posix system", "posix popen", "subprocess Popen",
      "subprocess check_output", "commands getoutput", "popen2 popen2", "os popen", "cPickle loads",
      "pickle loads", "_pickle loads", "__builtin__ eval", "__builtin__ execfile",
      "__builtin__ apply",
      "__builtin__ reduce", "__builtin__ file", "builtins eval", "builtins exec",
      "builtins compile",
      "builtins __import__", "builtins open", "builtins getattr", "builtins setattr",
      "builtins map",
      "builtins filter", "builtins breakpoint", "builtins help", "builtins input", "builtins type",
      "builtins classmethod", "builtins super", "builtins iter", "importlib import_module",
      "importlib._bootstrap _load", "pty spawn", "socket create_connection", "socket socket",
      "shutil rmtree", "runpy run_path", "runpy _run_code", "webbrowser open", "ctypes CDLL",
      "_ctypes dlopen", "operator attrgetter", "operator methodcaller", "operator itemgetter",
      "_operator methodcaller", "functools partial", "functools reduce", "_functools partial",
      "timeit timeit", "marshal loads", "types FunctionType", "types CodeType", "types MethodType",
      "code InteractiveInterpreter", "codeop compile_command", "sys settrace", "sys exit",
      "cProfile run", "profile run", "pdb run", "bdb Bdb.run", "trace Trace.run",
      "doctest debug_script", "ensurepip _run_pip", "pip main", "pip._internal main",
      "idlelib.run Executive.runcode", "idlelib.pyshell ModifiedInterpreter.runcode",
      "lib2to3.pgen2.grammar Grammar.loads", "pydoc locate", "pydoc pipepager", "venv create",
      "asyncio.unix_events _UnixSubprocessTransport._start", "aiohttp ClientSession",
      "httplib HTTPSConnection", "http.client HTTPSConnection", "requests.api get",
      "ssl get_server_certificate", "distutils.file_util write_file",
      "multiprocessing.util spawnv_passfds", "logging.config dictConfig", "linecache getlines",
      "numpy.f2py.crackfortran getlincoef", "numpy.testing._private.utils runstring",
      "numpy load", "numpy.ctypeslib load_library", "torch load",
      "torch.jit.unsupported_tensor_ops execWrapper",
      "torch._dynamo.guards GuardBuilder.get", "torch.utils.bottleneck.__main__ run_cprofile",
      "pandas read_pickle", "pandas.io.pickle read_pickle", "joblib load", "dill loads",
      "cloudpickle.cloudpickle _make_function", "tensorflow Session", "site main",
      "zipimport zipimporter", "smtplib SMTP", "ftplib FTP", "urllib.request urlopen",
      "urllib2 urlopen", "tempfile mktemp", "sqlite3 connect", "xmlrpclib ServerProxy",
      "signal signal", "threading Thread", "thread start_new_thread", "_thread start_new_thread",
      "gc collect", "inspect getsource", "ast literal_eval", "copyreg add_extension",
      "copy_reg pickle", "collections namedtuple", "enum _make_class_unpickle",
      "dataclasses make_dataclass", "yaml load", "jsonpickle decode", "nltk.data load",
    ])
  func aPowerfulFunctionIsAFinding(global: String) throws {
    let parts = global.split(separator: " ").map(String.init)
    #expect(try call(parts[0], parts[1]).count == 1)
  }

  /// Functions of applications and of packages that are unknown here, classes by which processes
  /// are started, and names that reach through a module's own imports.
  @Test(
    arguments: [
      "app.tasks run", "werkzeug.utils import_string", "django.core.management call_command",
      "flask.helpers send_file", "app os.system", "app subprocess.Popen", "app.models User.query",
      "app Popen", "app.compat CDLL", "app User.__init__.__globals__", "app __import__",
      " os system",
      "six.moves.builtins eval", "app ", " system", "os\r system",
    ])
  func aFunctionOfAnUnknownModuleIsAFinding(global: String) throws {
    let parts = global.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let module = parts.dropLast().joined(separator: " ")
    #expect(try call(module, parts[parts.count - 1]).count == 1)
  }

  @Test func dottedNamesOfTheStandardLibraryAreFindings() throws {
    #expect(try call("os", "path.os.system") == ["os.path.os.system"])
    #expect(try call("collections", "OrderedDict.fromkeys") == ["collections.OrderedDict.fromkeys"])
    #expect(try call("datetime", "sys.modules.get") == ["datetime.sys.modules.get"])
    #expect(try call("builtins", "object.__reduce_ex__") == ["builtins.object.__reduce_ex__"])
  }

  @Test(
    arguments: [
      "app.models User", "app Color", "app.models Outer.Inner", "app _Private", "__main__ Point",
      "builtins ValueError", "exceptions KeyError", "collections OrderedDict", "uuid UUID",
      "decimal Decimal", "pathlib PurePosixPath", "__builtin__ set",
    ])
  func dataIsNoFinding(global: String) throws {
    let parts = global.split(separator: " ").map(String.init)
    #expect(try call(parts[0], parts[1]) == [])
    #expect(
      try findings { builder in
        builder.global(parts[0], parts[1])
        builder.ops(.emptyTuple, .newObj, .emptyDict)
        builder.text("name")
        builder.text("x")
        builder.ops(.setItem, .build)
      } == [])
  }

  /// NEWOBJ needs a class, and so may create one of the application's with any name.
  @Test func newObjOfALowerCaseClassIsData() throws {
    func new(_ module: String, _ name: String) throws -> [String] {
      try findings { builder in
        builder.global(module, name)
        builder.ops(.emptyTuple, .newObj)
      }
    }
    #expect(try new("app", "user") == [])
    #expect(try new("subprocess", "Popen") == ["subprocess.Popen"])
    #expect(try new("app", "os.system") == ["app.os.system"])
  }

  // MARK: - Every instruction that calls

  @Test func instObjAndNewObjExAreCalls() throws {
    #expect(
      try Pickle.read(Array("(S'id'\nios\nsystem\n.".utf8)).findings.map(\.name) == ["os.system"])
    // https://github.com/trailofbits/fickling/pull/108: OBJ was not looked at.
    #expect(
      try Pickle.read(Array("(cpty\nspawn\nS'id'\no.".utf8)).findings.map(\.name) == ["pty.spawn"])
    #expect(
      try findings { builder in
        builder.global("subprocess", "Popen")
        builder.text("id")
        builder.ops(.tuple1, .emptyDict, .newObjEx)
      } == ["subprocess.Popen"])
  }

  @Test func callsThroughCopyregAreCalls() throws {
    #expect(
      try findings { builder in
        builder.global("copyreg", "__newobj__")
        builder.global("subprocess", "Popen")
        builder.text("id")
        builder.ops(.tuple2, .reduce)
      } == ["copyreg.__newobj__"])
    #expect(
      try findings { builder in
        builder.global("copy_reg", "_reconstructor")
        builder.global("app", "User")
        builder.global("code", "InteractiveConsole")
        builder.ops(.noneValue, .tuple3, .reduce)
      } == ["copyreg._reconstructor"])
  }

  /// A call whose result is dropped was still made.
  @Test func aDroppedCallIsAFinding() throws {
    #expect(
      try findings { builder in
        builder.global("os", "system")
        builder.text("id")
        builder.ops(.tuple1, .reduce, .pop, .emptyDict)
      } == ["os.system"])
    #expect(
      try findings { builder in
        builder.op(.mark)
        builder.global("os", "system")
        builder.text("id")
        builder.ops(.tuple1, .reduce, .popMark, .emptyDict)
      } == ["os.system"])
  }

  /// GHSA-r7v6-mfhq-g3m2: `pty.spawn` with a BUILD after it.
  @Test func buildBehindACall() throws {
    #expect(
      try findings { builder in
        builder.global("pty", "spawn")
        builder.text("id")
        builder.ops(.tuple1, .reduce)
        builder.text("gottem")
        builder.op(.build)
      } == ["pty.spawn"])
  }

  /// GHSA-565g-hwwr-4pp3: code by `marshal.loads`, a function of it by `types.FunctionType`, and
  /// its call.
  @Test func theCallOfAComputedFunction() throws {
    #expect(
      try findings { builder in
        builder.global("marshal", "loads")
        builder.op(.shortBinBytes, [1, 0x63])
        builder.ops(.tuple1, .reduce, .memoize)
        builder.global("types", "FunctionType")
        builder.op(.binGet, [0])
        builder.ops(.emptyDict, .tuple2, .reduce, .emptyTuple, .reduce)
      } == ["marshal.loads", "types.FunctionType", "the result of types.FunctionType"])
  }

  /// GHSA-q5qq-mvfm-j35x: `getattr(importlib.import_module('os'), 'system')('id')`.
  @Test func getattrOfAnImportedModule() throws {
    var builder = PickleBuilder(5)
    builder.global("builtins", "getattr")
    builder.global("importlib", "import_module")
    builder.text("os")
    builder.ops(.tuple1, .reduce)
    builder.text("system")
    builder.ops(.tuple2, .reduce)
    builder.text("id")
    builder.ops(.tuple1, .reduce, .stop)
    let reading = try Pickle.read(builder.bytes)
    #expect(
      reading.findings.map(\.name)
        == ["importlib.import_module", "builtins.getattr", "the result of builtins.getattr"])
    #expect(reading.findings.last?.arguments == [.string("id")])
    let json = String(decoding: JSONWriter.json(reading.value), as: UTF8.self)
    #expect(
      json
        == #"{"$danger":"the result of builtins.getattr","$args":[{"$danger":"builtins.getattr","#
        + #""$args":[{"$danger":"importlib.import_module","$args":["os"]},"system"]},"id"]}"#)
  }

  /// GHSA-5hvc-6wx8-mvv4: the result of `pydoc.locate` is called later, by way of the memo.
  @Test func aFunctionFromTheMemo() throws {
    #expect(
      try findings { builder in
        builder.global("pydoc", "locate")
        builder.text("ctypes.windll.kernel32.WinExec")
        builder.ops(.tuple1, .reduce, .memoize, .pop)
        builder.op(.binGet, [0])
        builder.op(.shortBinBytes, [4] + Array("calc".utf8))
        builder.op(.binInt1, [1])
        builder.ops(.tuple2, .reduce, .pop)
        builder.global("builtins", "Exception")
        builder.ops(.emptyTuple, .reduce, .emptyDict, .build)
      } == ["pydoc.locate", "the result of pydoc.locate"])
  }

  /// picklescan looked for the two texts right before STACK_GLOBAL, and took entries of the memo
  /// for texts that had been overwritten: module and name come from where the machine has them.
  @Test func namesFromTheMemo() throws {
    #expect(
      try findings { builder in
        builder.text("math")
        builder.op(.binPut, [0])
        builder.op(.pop)
        builder.text("os")
        builder.op(.binPut, [0])
        builder.op(.pop)
        builder.text("system")
        builder.op(.binPut, [1])
        builder.op(.pop)
        builder.op(.binGet, [0])
        builder.text("decoy")
        builder.op(.pop)
        builder.op(.binGet, [1])
        builder.op(.stackGlobal)
        builder.text("id")
        builder.ops(.tuple1, .reduce)
      } == ["os.system"])
  }

  /// Arguments need not be a tuple that is written down: `tuple(['id'])` is one.
  @Test func computedArguments() throws {
    let names = try findings { builder in
      builder.global("os", "system")
      builder.global("builtins", "tuple")
      builder.op(.emptyList)
      builder.text("id")
      builder.ops(.append, .tuple1, .reduce, .reduce)
    }
    #expect(names == ["os.system"])
  }

  /// BUILD with a `__setstate__` among the attributes: the next BUILD calls it.
  @Test func buildThatReplacesSetstate() throws {
    #expect(
      try findings { builder in
        builder.global("app", "Thing")
        builder.ops(.emptyTuple, .newObj, .emptyDict)
        builder.text("__setstate__")
        builder.global("os", "system")
        builder.ops(.setItem, .build)
        builder.text("id")
        builder.op(.build)
      } == ["app.Thing.__setstate__"])
    #expect(
      try findings { builder in
        builder.global("app", "Thing")
        builder.ops(.emptyTuple, .newObj, .noneValue, .emptyDict)
        builder.text("__reduce__")
        builder.global("os", "system")
        builder.ops(.setItem, .tuple2, .build)
      } == ["app.Thing.__setstate__"])
  }

  /// A pickle can change what it did not make: attributes of a class, entries of `os.environ`,
  /// `sys.path`.
  @Test func changesOfGlobals() throws {
    #expect(
      try findings { builder in
        builder.global("os", "environ")
        builder.text("LD_PRELOAD")
        builder.text("/tmp/x.so")
        builder.op(.setItem)
      } == ["os.environ.__setitem__"])
    #expect(
      try findings { builder in
        builder.global("sys", "path")
        builder.text("/tmp")
        builder.op(.append)
      } == ["sys.path.append"])
    #expect(
      try findings { builder in
        builder.global("app", "Config")
        builder.ops(.noneValue, .emptyDict)
        builder.text("SECRET")
        builder.text("x")
        builder.ops(.setItem, .tuple2, .build)
      } == ["app.Config.__setstate__"])
  }

  /// Django calls the function of a lazy text when the text is used.
  @Test func lazyTexts() throws {
    func lazy(_ module: String, _ name: String) throws -> Reading {
      var builder = PickleBuilder()
      builder.global("django.utils.functional", "_lazy_proxy_unpickle")
      builder.op(.mark)
      builder.global(module, name)
      builder.text("Hello")
      builder.ops(.tuple1, .emptyDict)
      builder.global("builtins", "str")
      builder.ops(.tuple, .reduce, .stop)
      return try Pickle.read(builder.bytes)
    }
    let text = try lazy("django.utils.translation", "gettext")
    #expect(text.findings.isEmpty)
    var object = Object(name: "django.utils.translation.gettext")
    object.arguments = [.string("Hello")]
    #expect(text.value == .object(object))
    #expect(
      try lazy("os", "system").findings
        == [Finding(name: "os.system", arguments: [.string("Hello")], offset: 90)])
  }

  @Test func getattrIsHarmlessForZonesAlone() throws {
    func zone(_ module: String, _ name: String, _ attribute: String) throws -> [String] {
      try findings { builder in
        builder.global("builtins", "getattr")
        builder.global(module, name)
        builder.text(attribute)
        builder.ops(.tuple2, .reduce)
        builder.text("Europe/Berlin")
        builder.op(.binInt1, [1])
        builder.ops(.tuple2, .reduce)
      }
    }
    #expect(try zone("zoneinfo", "ZoneInfo", "_unpickle") == [])
    #expect(try zone("zoneinfo", "ZoneInfo", "__init__").count == 2)
    #expect(try zone("app", "ZoneInfo", "_unpickle").count == 2)
  }

  @Test func extensionsAndPersistentIdsThatAreCalled() throws {
    #expect(
      try findings { builder in
        builder.op(.ext1, [5])
        builder.ops(.emptyTuple, .reduce)
      } == ["extension 5"])
    #expect(
      try findings { builder in
        builder.text("key")
        builder.ops(.binPersid, .emptyTuple, .reduce)
      } == ["a persistent object"])
  }

  /// Pickles that break after their call (GHSA-w8jq-xcqf-f792, "nullifAI"): the call was made by
  /// then.
  @Test func aBrokenPickleNamesItsCalls() {
    let error = #expect(throws: PayloadError.self) {
      try Pickle.read(Array("cposix\nsystem\n(S'id'\ntRX".utf8))
    }
    #expect(
      error?.description
        == "byte 24: BINUNICODE: need 4 bytes, none left; before that, loading it would call posix.system"
    )
  }

  /// Written by Django 5.2 and CPython 3.11: a lazy plural, and an object made with keywords in
  /// protocols 2 and 3.
  @Test(arguments: [
    "gASViwAAAAAAAAB9lIwBbZSMGGRqYW5nby51dGlscy50cmFuc2xhdGlvbpSMFV9sYXp5X251bWJlcl91bnBp"
      + "Y2tsZZSTlChoAowIbmdldHRleHSUk5SMCGJ1aWx0aW5zlIwDc3RylJOUTn2UKIwIc2luZ3VsYXKUjAQlZCBh"
      + "lIwGcGx1cmFslIwEJWQgYpR1dJRSlHMu",
    "gAJ9cQBYAQAAAG9xAWNmdW5jdG9vbHMKcGFydGlhbApxAmNfX2J1aWx0aW5fXwpnZXRhdHRyCnEDY2FwcC5t"
      + "b2RlbHMKTksKcQRYBwAAAF9fbmV3X19xBYZxBlJxB4VxCFJxCShoB2gESwGGcQp9cQtYAQAAAGtxDEsCc050"
      + "cQ1iKVJxDn1xD2gMSwBzYnMu",
    "gAN9cQBYAQAAAG9xAWNmdW5jdG9vbHMKcGFydGlhbApxAmNidWlsdGlucwpnZXRhdHRyCnEDY2FwcC5tb2Rl"
      + "bHMKTksKcQRYBwAAAF9fbmV3X19xBYZxBlJxB4VxCFJxCShoB2gESwGGcQp9cQtYAQAAAGtxDEsCc050cQ1i"
      + "KVJxDn1xD2gMSwBzYnMu",
  ])
  func honestPicklesRaiseNoAlarm(base64: String) throws {
    let decoded = try Decoded(detecting: Array(base64.utf8))
    #expect(decoded.layers.count == 1)
    #expect(decoded.reading.findings.isEmpty, "\(decoded.reading.findings)")
  }

  /// A query set looks fields up by their names, as a model does itself.
  @Test func djangoLoadsFieldsByName() throws {
    let names = try findings { builder in
      builder.global("django.db.models.fields", "_load_field")
      builder.text("auth")
      builder.text("User")
      builder.text("username")
      builder.ops(.tuple3, .reduce)
    }
    #expect(names.isEmpty)
  }

  /// The same shapes with a function where the class should be.
  @Test func aPartialOfAnythingElseIsNamed() throws {
    let names = try findings { builder in
      builder.global("functools", "partial")
      builder.global("posix", "system")
      builder.ops(.tuple1, .reduce, .emptyTuple, .reduce)
    }
    #expect(names == ["functools.partial", "the result of functools.partial"])
  }

  /// Templates that run code when they are made, and a class that starts a process.
  @Test(arguments: [("mako.template", "Template"), ("tornado.process", "Subprocess")])
  func classesThatRunCode(module: String, name: String) throws {
    let names = try findings { builder in
      builder.global(module, name)
      builder.text("id")
      builder.ops(.tuple1, .reduce)
    }
    #expect(names == ["\(module).\(name)"])
  }

  @Test func aMentionIsANote() throws {
    var builder = PickleBuilder()
    builder.global("os", "system")
    builder.ops(.tuple1, .stop)
    let reading = try Pickle.read(builder.bytes)
    #expect(reading.findings.isEmpty)
    #expect(reading.notes == ["refers to os.system at byte 14"])
  }

  @Test func findingsAreLimited() throws {
    var builder = PickleBuilder()
    builder.global("os", "system")
    builder.ops(.memoize, .pop, .emptyList)
    for _ in 0..<1_000 {
      builder.op(.binGet, [0])
      builder.ops(.emptyTuple, .reduce, .append)
    }
    builder.op(.stop)
    let reading = try Pickle.read(builder.bytes)
    #expect(reading.findings.count == 100)
    #expect(reading.notes == ["900 more calls"])
  }
}
