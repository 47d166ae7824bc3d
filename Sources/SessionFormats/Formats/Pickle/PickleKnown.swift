/// The classes and functions whose calls have a known meaning and are harmless. What is not listed here is
/// described as an object or, when it may run code, named as a finding: see `PickleMachine.judge`.
enum PickleKnown: UInt8 {
  /// None of them.
  case other
  /// Harmless, and shown as any object.
  case plain
  case datetime, date, time, timedelta, timezone
  case zoneInfo, zoneInfoUnpickle, pytzZone, utcZone, fixedOffset, tzoffset, tzfile, tzfileUnpickle,
    tzlocal
  case pendulumDateTime
  case decimal, fraction, uuid, complex, range, slice
  case orderedDict, counter, defaultdict, deque, chainMap
  case set, frozenset, bytes, bytearray, str, encode
  case reconstructor, newObj, newObjEx
  case html, multiDict, pairs, headers
  case lazyProxy, lazyNumber, lazyObject, model, loadField
  case ipv4, ipv6, ipText, posixPath, windowsPath
  case regex, structTime, array, arrayOfList
  case numpyScalar, numpyReconstruct, numpyFromBuffer, numpyDtype
  case objectID, getattr, type, partial

  /// Whether it is a function that makes what its arguments say, or looks it up.
  var isFunction: Bool {
    switch self {
    case .zoneInfoUnpickle, .pytzZone, .tzfileUnpickle, .encode, .reconstructor, .newObj, .newObjEx,
      .lazyProxy, .lazyNumber, .lazyObject, .model, .loadField, .partial, .regex, .array,
      .numpyScalar, .numpyReconstruct,
      .numpyFromBuffer, .getattr, .type:
      true
    default: false
    }
  }

  static let table = PickleKnownTable([
    (.datetime, "datetime.datetime _pydatetime.datetime"),
    (.date, "datetime.date _pydatetime.date"),
    (.time, "datetime.time _pydatetime.time"),
    (.timedelta, "datetime.timedelta _pydatetime.timedelta"),
    (.timezone, "datetime.timezone _pydatetime.timezone"),
    (.zoneInfo, "zoneinfo.ZoneInfo backports.zoneinfo.ZoneInfo pendulum.tz.timezone.Timezone"),
    (.zoneInfoUnpickle, "zoneinfo.ZoneInfo._unpickle backports.zoneinfo.ZoneInfo._unpickle"),
    (.pytzZone, "pytz._p"),
    (.utcZone, "pytz._UTC dateutil.tz.tz.tzutc dateutil.tz.tzutc"),
    (.fixedOffset, "pytz.FixedOffset pytz._FixedOffset"),
    (.tzoffset, "dateutil.tz.tz.tzoffset dateutil.tz.tzoffset"),
    (.tzfile, "dateutil.tz.tz.tzfile dateutil.tz.tzfile dateutil.tz._tzfile.tzfile"),
    (.tzfileUnpickle, "dateutil.tz._tzfile._unpickle"),
    (.tzlocal, "dateutil.tz.tz.tzlocal dateutil.tz.tzlocal"),
    (.pendulumDateTime, "pendulum.datetime.DateTime pendulum.pendulum.Pendulum"),
    (.decimal, "decimal.Decimal _pydecimal.Decimal"),
    (.fraction, "fractions.Fraction"),
    (.uuid, "uuid.UUID"),
    (.complex, "builtins.complex __builtin__.complex"),
    (.range, "builtins.range __builtin__.xrange"),
    (.slice, "builtins.slice __builtin__.slice"),
    (.orderedDict, "collections.OrderedDict"),
    (.counter, "collections.Counter"),
    (.defaultdict, "collections.defaultdict"),
    (.deque, "collections.deque"),
    (.chainMap, "collections.ChainMap"),
    (.set, "builtins.set __builtin__.set"),
    (.frozenset, "builtins.frozenset __builtin__.frozenset"),
    (.bytes, "builtins.bytes __builtin__.bytes"),
    (.bytearray, "builtins.bytearray __builtin__.bytearray"),
    (.str, "builtins.str __builtin__.unicode"),
    (.encode, "_codecs.encode"),
    (.reconstructor, "copyreg._reconstructor copy_reg._reconstructor"),
    (.newObj, "copyreg.__newobj__ copy_reg.__newobj__"),
    (.newObjEx, "copyreg.__newobj_ex__ copy_reg.__newobj_ex__"),
    (
      .html,
      """
      markupsafe.Markup markupsafe._native.Markup jinja2.Markup django.utils.safestring.SafeString \
      django.utils.safestring.SafeText django.utils.safestring.SafeUnicode
      """
    ),
    (
      .multiDict,
      """
      werkzeug.datastructures.structures.MultiDict werkzeug.datastructures.MultiDict \
      django.utils.datastructures.MultiValueDict django.http.request.QueryDict
      """
    ),
    (
      .pairs,
      """
      werkzeug.datastructures.structures.ImmutableMultiDict werkzeug.datastructures.ImmutableMultiDict \
      werkzeug.datastructures.structures.ImmutableDict werkzeug.datastructures.ImmutableDict
      """
    ),
    (.headers, "werkzeug.datastructures.headers.Headers werkzeug.datastructures.Headers"),
    (.lazyProxy, "django.utils.functional._lazy_proxy_unpickle"),
    (.lazyObject, "django.utils.functional.unpickle_lazyobject"),
    (.lazyNumber, "django.utils.translation._lazy_number_unpickle"),
    (.model, "django.db.models.base.model_unpickle"),
    (.loadField, "django.db.models.fields._load_field"),
    (.ipv4, "ipaddress.IPv4Address"),
    (.ipv6, "ipaddress.IPv6Address"),
    (
      .ipText,
      """
      ipaddress.IPv4Network ipaddress.IPv6Network ipaddress.IPv4Interface ipaddress.IPv6Interface
      """
    ),
    (
      .posixPath,
      """
      pathlib.PurePosixPath pathlib.PosixPath pathlib.PurePath pathlib.Path \
      pathlib._local.PurePosixPath pathlib._local.PosixPath
      """
    ),
    (
      .windowsPath,
      """
      pathlib.PureWindowsPath pathlib.WindowsPath pathlib._local.PureWindowsPath \
      pathlib._local.WindowsPath
      """
    ),
    (.regex, "re._compile"),
    (.structTime, "time.struct_time"),
    (.array, "array._array_reconstructor"),
    (.arrayOfList, "array.array"),
    (.numpyScalar, "numpy.core.multiarray.scalar numpy._core.multiarray.scalar"),
    (.numpyReconstruct, "numpy.core.multiarray._reconstruct numpy._core.multiarray._reconstruct"),
    (.numpyFromBuffer, "numpy.core.numeric._frombuffer numpy._core.numeric._frombuffer"),
    (.numpyDtype, "numpy.dtype"),
    (.objectID, "bson.objectid.ObjectId"),
    (.getattr, "builtins.getattr __builtin__.getattr"),
    (.type, "builtins.type __builtin__.type"),
    (.partial, "functools.partial _functools.partial"),
    (
      .plain,
      """
      datetime.tzinfo builtins.object builtins.list builtins.dict builtins.tuple builtins.int builtins.float \
      builtins.bool builtins.Ellipsis builtins.NotImplemented __builtin__.object __builtin__.list \
      __builtin__.dict __builtin__.tuple __builtin__.int __builtin__.long __builtin__.float \
      __builtin__.bool __builtin__.str __builtin__.basestring __builtin__.Ellipsis \
      __builtin__.NotImplemented collections.UserDict collections.UserList collections.UserString \
      UserDict.UserDict UserDict.IterableUserDict UserList.UserList UserString.UserString sets.Set \
      types.SimpleNamespace types.NoneType uuid.SafeUUID http.HTTPStatus http.HTTPMethod \
      http.cookies.SimpleCookie http.cookies.Morsel Cookie.SimpleCookie Cookie.Morsel \
      http.cookiejar.Cookie io.BytesIO io.StringIO numpy.ndarray \
      django.db.models.base.ModelState
      """
    ),
    (.plain, PickleKnown.exceptions(of: "builtins")),
    (.plain, PickleKnown.exceptions(of: "exceptions")),
  ])

  /// Python's own exceptions, by their full names.
  private static func exceptions(of module: String) -> String {
    """
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError \
    BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError \
    ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning \
    EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError \
    FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError \
    InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError \
    ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError \
    PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError \
    ResourceWarning RuntimeError RuntimeWarning StandardError StopAsyncIteration StopIteration \
    SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError \
    UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning \
    ValueError Warning ZeroDivisionError
    """.split(separator: " ").map { "\(module).\($0)" }.joined(separator: " ")
  }
}

/// Finds a known class or function by the bytes of its full name.
struct PickleKnownTable: Sendable {
  private struct Row: Sendable {
    let name: [UInt8]
    let known: PickleKnown
  }

  /// Rows by hash; open addressing, at most half full.
  private var rows: [Row?]
  private let mask: Int

  init(_ names: [(PickleKnown, String)]) {
    let size = 1024
    mask = size - 1
    rows = [Row?](repeating: nil, count: size)
    for (known, list) in names {
      for name in list.split(whereSeparator: \.isWhitespace) {
        let bytes = Array(name.utf8)
        var place = Self.hash(bytes, 0) & mask
        while rows[place] != nil { place = (place + 1) & mask }
        rows[place] = Row(name: bytes, known: known)
      }
    }
  }

  /// FNV-1a.
  @inline(__always)
  private static func hash(_ bytes: [UInt8], _ start: Int) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in start..<bytes.count { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }

  /// What the name from `start` to the end of the bytes stands for.
  func find(_ bytes: [UInt8], _ start: Int) -> PickleKnown {
    var place = Self.hash(bytes, start) & mask
    while let row = rows[place] {
      if row.name.count == bytes.count - start && row.name.elementsEqual(bytes[start...]) {
        return row.known
      }
      place = (place + 1) & mask
    }
    return .other
  }
}
