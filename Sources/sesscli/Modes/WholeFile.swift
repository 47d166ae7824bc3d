import Glibc
import RedisClient

/// A file that has its name only when it is whole: until then it is a private one beside it, which
/// a failure removes.
///
/// What is no plain file (a device, a named pipe) is written directly.
final class WholeFile {
  private let path: String
  /// Where the bytes go until they are whole; nil for what is no plain file.
  private var temporary: String?
  private let descriptor: Int32

  init(_ name: String) throws(CommandError) {
    var status = stat()
    if stat(name, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      path = name
      descriptor = open(name, O_WRONLY | O_CLOEXEC)
    } else {
      // A symbolic link stays one, and what it names is replaced.
      let resolved = realpath(name, nil)
      path = resolved.map { String(cString: $0) } ?? name
      free(resolved)
      var template = Array((path + ".XXXXXX").utf8CString)
      descriptor = mkstemp(&template)
      if descriptor >= 0 {
        temporary = String(
          decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
    if descriptor < 0 { throw Self.failure(name) }
  }

  deinit {
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(
        descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        throw Self.failure(path)
      }
    }
  }

  /// Sees that the bytes are on the disk and gives the file its name.
  func finish() throws(CommandError) {
    guard let temporary else { return }
    if fsync(descriptor) != 0 || rename(temporary, path) != 0 { throw Self.failure(path) }
    self.temporary = nil
    // The name as well is to survive a crash; a file system that cannot promise that is no failure.
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if parent >= 0 {
      fsync(parent)
      close(parent)
    }
  }

  private static func failure(_ name: String) -> CommandError {
    CommandError(
      "'\(escaped(Array(name.utf8)))' cannot be written: \(String(cString: strerror(errno)))")
  }
}
