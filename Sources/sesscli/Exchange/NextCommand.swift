/// The command that follows in a script.
enum NextCommand: Equatable {
  case ready
  /// It may still come from the descriptor.
  case awaited(Int32)
  /// The script has ended, or there is none.
  case none

  /// What to wait for; -1, which poll(2) ignores, for nothing.
  var descriptor: Int32 {
    if case .awaited(let descriptor) = self { return descriptor }
    return -1
  }
}
