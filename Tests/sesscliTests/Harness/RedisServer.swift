import Foundation

/// A real Redis server of a test's own: a Unix socket in a temporary folder, no TCP port unless
/// asked for, no persistence.
///
/// It ends with this object, and also when the test runner is killed: its parent is a shell that
/// waits for the end of a pipe which only the runner holds open.
final class RedisServer {
  let folder: TemporaryFolder
  var socket: String { folder.path + "/redis.sock" }
  /// The loopback port, 0 without one.
  let port: UInt16
  private let options: [String]
  /// A configuration file's text, which makes it a sentinel.
  private let sentinel: String?
  private var keeper: ChildProcess?
  private var lifeline: Int32 = -1

  /// `options` are the server's own: `["--requirepass", "secret"]`, `["--user", "alice", "on",
  /// ">pw", "~*", "+@all"]`.
  init(_ options: [String] = [], tcp: Bool = false) throws {
    folder = try TemporaryFolder()
    port = tcp ? try Self.freePort() : 0
    self.options = options
    sentinel = nil
    try start()
  }

  /// A sentinel on a loopback port; `configuration` is what it watches. Sentinels keep their state
  /// in that file.
  init(sentinel configuration: String) throws {
    folder = try TemporaryFolder()
    port = try Self.freePort()
    options = []
    sentinel = configuration
    try start()
  }

  deinit { stop() }

  /// Starts it, or starts it again after `stop()`: empty, on the same socket and port.
  func start() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let (program, name) = try Self.program()
    let (read, write) = try pipeEnds()
    defer { close(read) }
    let script = """
      name=$1 program=$2; shift 2
      (exec -a "$name" "$program" "$@" <&- >/dev/null 2>&1) & server=$!
      read -r _; kill -9 $server; wait 2>/dev/null; rm -f "$SOCKET" "$DIRECTORY/sentinel.conf"
      rmdir "$DIRECTORY"
      """
    var settings = [
      "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", socket, "--dir", folder.path,
      "--daemonize", "no",
    ]
    if let sentinel {
      let file = folder.path + "/sentinel.conf"
      try sentinel.write(toFile: file, atomically: true, encoding: .utf8)
      settings = [file, "--sentinel"] + settings
    } else {
      settings += ["--save", "", "--appendonly", "no", "--enable-debug-command", "yes"]
    }
    lifeline = write
    keeper = try ChildProcess(
      "/bin/bash", ["-c", script, "bash", name, program] + settings + options,
      environment: cleanEnvironment(
        home: folder.path, adding: ["SOCKET": socket, "DIRECTORY": folder.path]),
      stdin: .descriptor(read), stdout: .null, stderr: .null)
    let deadline = Deadline(after: .seconds(20))
    while true {
      // An error, such as NOAUTH, is an answer too; LOADING cannot be, there is nothing to load.
      if let client = try? RawClient(socket: socket), (try? client.send(["PING"])) != nil {
        return
      }
      if deadline.isOver || keeper?.isRunning != true {
        throw HarnessError("the Redis server did not start")
      }
      poll(nil, 0, 5)
    }
  }

  /// Kills it: clients see the connection end without a word.
  func stop() {
    guard lifeline >= 0 else { return }
    close(lifeline)
    lifeline = -1
    _ = keeper?.exitCode(within: .seconds(10))
    keeper = nil
  }

  /// Sends one command and returns the raw reply, for setting up; on a connection of its own.
  @discardableResult
  func send(_ arguments: String...) throws -> String {
    try RawClient(socket: socket).send(arguments)
  }

  @discardableResult
  func send(_ arguments: [[UInt8]]) throws -> String {
    try RawClient(socket: socket).send(arguments)
  }

  /// `redis-server`, or what Debian's redis-tools has: the same program, whose name decides what it
  /// is.
  private static func program() throws -> (path: String, name: String) {
    for name in ["redis-server", "valkey-server", "redis-check-rdb", "valkey-check-rdb"] {
      if let path = Project.find(name) {
        return (path, name.replacing("check-rdb", with: "server"))
      }
    }
    throw HarnessError("no redis-server and no redis-check-rdb on PATH; `make test` installs one")
  }

  /// A loopback port that was free a moment ago.
  static func freePort() throws -> UInt16 {
    let listener = try Listener(.loopback)
    return listener.port
  }
}

/// The smallest possible Redis client, so that setting up does not depend on what is tested.
final class RawClient {
  private let descriptor: Int32

  init(socket path: String) throws {
    descriptor = Glibc.socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let connected = withUnixAddress(path) { connect(descriptor, $0, $1) }
    // `deinit` closes it: it also runs after an initializer that throws once everything is set.
    guard connected == 0 else { throw HarnessError("connect \(path): \(lastError())") }
  }

  deinit { close(descriptor) }

  func send(_ arguments: [String]) throws -> String {
    try send(arguments.map { Array($0.utf8) })
  }

  /// The first line of the reply, and for a bulk its bytes; an error reply (`-ERR ...`) is returned
  /// as such.
  func send(_ arguments: [[UInt8]]) throws -> String {
    var request = Array("*\(arguments.count)\r\n".utf8)
    for argument in arguments {
      request += Array("$\(argument.count)\r\n".utf8) + argument + Array("\r\n".utf8)
    }
    try writeAll(request, to: descriptor)
    var reply: [UInt8] = []
    while true {
      if let text = complete(reply) { return text }
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { throw HarnessError("the server closed the connection") }
      reply += chunk[..<count]
    }
  }

  private func complete(_ reply: [UInt8]) -> String? {
    guard let end = reply.firstIndex(of: 10) else { return nil }
    let line = String(decoding: reply[..<(end - 1)], as: UTF8.self)
    guard line.hasPrefix("$"), let count = Int(line.dropFirst()), count >= 0 else { return line }
    guard reply.count >= end + 1 + count + 2 else { return nil }
    return String(decoding: reply[(end + 1)..<(end + 1 + count)], as: UTF8.self)
  }
}

/// A listening socket that no child inherits.
final class Listener: @unchecked Sendable {
  enum Address {
    case unix(String)
    case loopback
  }

  let descriptor: Int32
  private(set) var port: UInt16 = 0

  init(_ address: Address) throws {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    var result: Int32 = -1
    switch address {
    case .unix(let path):
      descriptor = socket(AF_UNIX, type, 0)
      result = withUnixAddress(path) { bind(descriptor, $0, $1) }
    case .loopback:
      descriptor = socket(AF_INET, type, 0)
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let descriptor = descriptor
      result = withUnsafeMutablePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
        }
      }
      port = UInt16(bigEndian: name.sin_port)
    }
    guard result == 0, listen(descriptor, 16) == 0 else {
      throw HarnessError("listen: \(lastError())")
    }
  }

  deinit { close(descriptor) }
}

func withUnixAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32
{
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) {
    $0.copyBytes(from: path.utf8.prefix($0.count - 1))
  }
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}

func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
  signal(SIGPIPE, SIG_IGN)
  var sent = 0
  while sent < bytes.count {
    let count = bytes.withUnsafeBytes {
      write(descriptor, $0.baseAddress! + sent, bytes.count - sent)
    }
    guard count > 0 else { throw HarnessError("write: \(lastError())") }
    sent += count
  }
}
