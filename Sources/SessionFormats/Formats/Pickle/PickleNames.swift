/// Names of modules.
enum PickleNames {
  /// Modules of Python 2 by their names in Python 3 (CPython's `Lib/_compat_pickle.py`).
  static let python3: [String: String] = [
    "__builtin__": "builtins", "copy_reg": "copyreg", "cPickle": "pickle", "Queue": "queue",
    "SocketServer": "socketserver", "ConfigParser": "configparser", "repr": "reprlib",
    "_winreg": "winreg", "thread": "_thread", "xmlrpclib": "xmlrpc.client",
    "SimpleXMLRPCServer": "xmlrpc.server", "DocXMLRPCServer": "xmlrpc.server",
    "httplib": "http.client", "HTMLParser": "html.parser", "Cookie": "http.cookies",
    "cookielib": "http.cookiejar", "BaseHTTPServer": "http.server",
    "SimpleHTTPServer": "http.server", "CGIHTTPServer": "http.server", "commands": "subprocess",
    "urlparse": "urllib.parse", "robotparser": "urllib.robotparser", "urllib2": "urllib.request",
    "anydbm": "dbm", "whichdb": "dbm", "UserDict": "collections", "UserList": "collections",
    "UserString": "collections", "StringIO": "io", "cStringIO": "io", "exceptions": "builtins",
    "Tkinter": "tkinter",
  ]

  /// Names that changed beside their module.
  static let renamed: [String: String] = [
    "__builtin__.unicode": "builtins.str", "__builtin__.basestring": "builtins.str",
    "__builtin__.long": "builtins.int", "__builtin__.xrange": "builtins.range",
    "__builtin__.unichr": "builtins.chr", "__builtin__.reduce": "functools.reduce",
    "__builtin__.intern": "sys.intern", "itertools.imap": "builtins.map",
    "itertools.izip": "builtins.zip", "itertools.ifilter": "builtins.filter",
    "exceptions.StandardError": "builtins.Exception",
    "UserDict.IterableUserDict": "collections.UserDict",
  ]

  /// Top-level modules of Python's standard library in all versions from 2.7 to 3.14, and of packages whose classes
  /// run code when they are made or whose functions do nothing else.
  static let powerful = Set(
    """
    __future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bootlocale _bootsubprocess _bz2 \
    _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections \
    _collections_abc _compat_pickle _compression _contextvars _crypt _csv _ctypes _curses \
    _curses_panel _datetime _dbm _decimal _dummy_thread _elementtree _frozen_importlib \
    _frozen_importlib_external _functools _gdbm _hashlib _heapq _imp _interpchannels _interpqueues \
    _interpreters _io _ios_support _json _locale _lsprof _lzma _markupbase _md5 _msi \
    _multibytecodec _multiprocessing _opcode _operator _osx_support _overlapped _pickle \
    _posixshmem _posixsubprocess _py_abc _pydatetime _pydecimal _pyio _pylong _pyrepl _queue \
    _random _remote_debugging _scproxy _sha1 _sha2 _sha256 _sha3 _sha512 _signal _sitebuiltins \
    _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _suggestions \
    _symtable _sysconfig _testcapi _thread _threading_local _tkinter _tokenize _tracemalloc \
    _types _typing _uuid _warnings _weakref _weakrefset _winapi _wmi _xxsubinterpreters \
    _zoneinfo _zstd abc aifc annotationlib antigravity argparse array ast asynchat asyncio \
    asyncore atexit audioop base64 bdb binascii binhex bisect builtins bz2 cProfile calendar \
    cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression \
    concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses \
    dataclasses datetime dbm decimal difflib dis distutils doctest dummy_threading email \
    encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch formatter \
    fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip \
    hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress \
    itertools json keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap marshal \
    math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath \
    nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle \
    pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty \
    pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib \
    resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site \
    smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse \
    ssl stat statistics string stringprep struct subprocess sunau symbol symtable sys sysconfig \
    syslog tabnanny tarfile telnetlib tempfile termios test textwrap this threading time timeit \
    tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types \
    typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg \
    winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo \
    BaseHTTPServer Bastion CGIHTTPServer ConfigParser Cookie DocXMLRPCServer HTMLParser \
    MimeWriter Queue SimpleHTTPServer SimpleXMLRPCServer SocketServer StringIO Tkinter UserDict \
    UserList UserString __builtin__ _winreg anydbm bsddb cPickle cStringIO commands compiler \
    cookielib copy_reg dbhash dircache dumbdbm exceptions fpformat future_builtins gdbm hotshot \
    htmlentitydefs htmllib httplib ihooks imputil md5 mhlib mimetools mimify multifile mutex new \
    os2emxpath popen2 posixfile repr rexec rfc822 robotparser sets sgmllib sha statvfs \
    stringold strop sunaudio thread urllib2 urlparse user whichdb xmlrpclib \
    torch numpy scipy pandas sklearn tensorflow keras joblib dill cloudpickle jsonpickle yaml \
    pip setuptools pkg_resources _distutils_hack IPython ipykernel jupyter_client aiohttp requests \
    urllib3 pexpect ptyprocess paramiko fabric invoke psutil sh plumbum cffi numba cupy jax onnx \
    onnxruntime transformers mlflow nltk pytest _pytest py mako
    """.split(separator: " ").map(String.init))

  /// Classes that run code when they are made, by whatever module they are reached.
  static let powerfulClasses: Set<String> = [
    "Popen", "CDLL", "PyDLL", "WinDLL", "OleDLL", "LibraryLoader", "FunctionType", "LambdaType",
    "CodeType", "MethodType", "ModuleType", "InteractiveInterpreter", "InteractiveConsole",
    "Unpickler", "ImportString", "Pool", "ThreadPool", "Process", "Thread", "Timer",
    "ThreadPoolExecutor", "ProcessPoolExecutor", "Subprocess",
  ]
}
