import CHarness
import Foundation

/// A program that the tests started, by `posix_spawn`, with exactly the descriptors it was given.
final class ChildProcess {
  /// What a child's standard descriptor is connected to.
  enum Stream {
    case descriptor(Int32)
    /// The same as another of the child's descriptors: `.same(1)` for stderr is `2>&1`.
    case same(Int32)
    /// Opened in the child, after it began a session of its own: a terminal opened so becomes its
    /// controlling one.
    case terminal(String)
    case null
  }

  let pid: pid_t
  private var status: Int32?
  /// The signal that ended it; nil while it runs, and when it ended by itself.
  private(set) var fatalSignal: Int32?

  init(
    _ path: String, name: String? = nil, _ arguments: [String], environment: [String: String],
    directory: String = Project.root, session: Bool = false,
    stdin: Stream, stdout: Stream, stderr: Stream
  ) throws {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (target, stream) in [stdin, stdout, stderr].enumerated() {
      let target = Int32(target)
      switch stream {
      case .descriptor(let descriptor):
        posix_spawn_file_actions_adddup2(&actions, descriptor, target)
      case .same(let other): posix_spawn_file_actions_adddup2(&actions, other, target)
      case .terminal(let path):
        posix_spawn_file_actions_addopen(&actions, target, path, O_RDWR, 0)
      case .null: posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
      }
    }
    posix_spawn_file_actions_addchdir_np(&actions, directory)

    // The test runner may ignore or block signals; a child starts with the defaults, as from a
    // shell.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    if session { flags |= POSIX_SPAWN_SETSID } else { flags |= POSIX_SPAWN_SETPGROUP }
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let argv = ([name ?? path] + arguments).map { strdup($0) } + [nil]
    let envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0)=\($1)") } + [nil]
    defer { for string in argv + envp { free(string) } }
    var child: pid_t = 0
    let error = posix_spawn(&child, path, &actions, &attributes, argv, envp)
    guard error == 0 else {
      throw HarnessError("cannot run \(path): \(String(cString: strerror(error)))")
    }
    pid = child
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      var ignored: Int32 = 0
      waitpid(pid, &ignored, 0)
    }
  }

  /// The exit code, 128 + the signal's number for a child that a signal ended, as in a shell; nil
  /// while it runs.
  func exitCode(within limit: Duration) -> Int32? {
    let deadline = Deadline(after: limit)
    while status == nil {
      var raw: Int32 = 0
      let result = waitpid(pid, &raw, WNOHANG)
      if result == pid {
        if raw & 0x7f != 0 { fatalSignal = raw & 0x7f }
        status = fatalSignal.map { 128 + $0 } ?? (raw >> 8) & 0xff
      } else if deadline.isOver {
        return nil
      } else {
        // waitpid has no time limit of its own, hence the small steps.
        poll(nil, 0, min(2, deadline.milliseconds))
      }
    }
    return status
  }

  var isRunning: Bool { exitCode(within: .zero) == nil }

  func signal(_ number: Int32) {
    if isRunning { kill(pid, number) }
  }
}

/// A pipe whose ends no other child inherits.
func pipeEnds() throws -> (read: Int32, write: Int32) {
  var ends: [Int32] = [0, 0]
  guard pipe2(&ends, Int32(O_CLOEXEC)) == 0 else { throw HarnessError("pipe: \(lastError())") }
  return (ends[0], ends[1])
}

/// The environment that a test's programs see: nothing of the developer's, unless named.
func cleanEnvironment(home: String, adding extra: [String: String] = [:]) -> [String: String] {
  let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  return ["PATH": path, "HOME": home].merging(extra) { $1 }
}
