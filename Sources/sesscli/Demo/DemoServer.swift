import CProcess
import Glibc
import RedisClient

/// A private, throw-away Redis server for `sesscli --demo`: a Unix socket in a temporary folder, no
/// TCP port, nothing saved.
///
/// It ends with the inspector however that ends, by `exit`, a signal, a crash or SIGKILL: a small
/// process that waits for the end of a pipe, which the inspector holds open, ends the server and
/// removes the folder.
final class DemoServer {
  let socketPath: String
  private var lifeline: Int32
  private let watcher: pid_t

  /// A server that does not answer within this many milliseconds is not going to: one without data
  /// takes about ten.
  private static let patience = 5000

  /// What `exit` has to stop: without it the shell's next prompt could come before the folder has
  /// gone.
  nonisolated(unsafe) private static weak var running: DemoServer?

  static func start() throws(CommandError) -> DemoServer {
    let server = try DemoServer()
    running = server
    atexit { DemoServer.running?.stop() }
    return server
  }

  private init() throws(CommandError) {
    let (program, name) = try Self.findServer()
    let folder = try Self.makeFolder()
    socketPath = folder + "/redis.sock"
    let arguments = [
      name, "--port", "0", "--unixsocket", socketPath, "--unixsocketperm", "700", "--save", "",
      "--appendonly", "no", "--dir", folder, "--daemonize", "no", "--logfile", "",
    ]
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    argv.append(nil)
    defer { for argument in argv { free(argument) } }
    lifeline = -1
    watcher = sesscli_start_server(program, argv, folder, &lifeline)
    guard watcher > 0 else {
      let error = errno
      rmdir(folder)
      throw CommandError("cannot start \(program): \(String(cString: strerror(error)))")
    }

    for _ in 0..<Self.patience {
      if Self.answers(socketPath) { return }
      if waitpid(watcher, nil, WNOHANG) == watcher {
        lifeline = Self.closed(lifeline)
        throw CommandError("\(program), run as \(name), ended at once")
      }
      usleep(1000)
    }
    stop()
    throw CommandError("\(program), run as \(name), did not answer within 5 s")
  }

  deinit { stop() }

  /// Ends the server and waits until its folder has gone.
  func stop() {
    guard lifeline >= 0 else { return }
    lifeline = Self.closed(lifeline)
    while waitpid(watcher, nil, 0) < 0, errno == EINTR {}
  }

  private static func closed(_ descriptor: Int32) -> Int32 {
    close(descriptor)
    return -1
  }

  /// A Redis server on PATH: `redis-server`, or Debian's `redis-check-rdb` from redis-tools, which
  /// is the same program and is the server when run under that name. Debian's package redis-server
  /// would start a service.
  private static func findServer() throws(CommandError) -> (program: String, name: String) {
    let names = [
      ("redis-server", "redis-server"), ("valkey-server", "valkey-server"),
      ("redis-check-rdb", "redis-server"), ("valkey-check-rdb", "valkey-server"),
    ]
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    for (file, name) in names {
      for folder in path.split(separator: ":") where access("\(folder)/\(file)", X_OK) == 0 {
        return ("\(folder)/\(file)", name)
      }
    }
    throw CommandError(
      "no redis-server on PATH, and no redis-check-rdb (Debian package redis-tools)")
  }

  /// A new folder that only this user may enter.
  private static func makeFolder() throws(CommandError) -> String {
    var parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    // A socket's path may have 107 bytes.
    if !parent.hasPrefix("/") || parent.utf8.count > 70 { parent = "/tmp" }
    var template = Array("\(parent)/sesscli-demo-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandError("cannot make a folder in \(parent): \(String(cString: strerror(errno)))")
    }
    return template.withUnsafeBufferPointer { bytes in
      String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  private static func answers(_ path: String) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }
}
