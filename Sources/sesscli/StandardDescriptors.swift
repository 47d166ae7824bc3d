import Glibc

/// Fills closed standard descriptors (`sesscli <&-`): the first socket or pipe would get the number
/// otherwise, and take what is printed for a command, or be read as a script.
func reserveStandardDescriptors() {
  for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
    // open(2) takes the lowest free number. Reading and writing still fail with EBADF, as they
    // would have. The root folder, because /dev/null need not exist.
    _ = open("/", pathOnly | O_CLOEXEC)
  }
}

/// Linux' `O_PATH`, which Swift's Glibc leaves out.
private let pathOnly: Int32 = 0o10_000_000
