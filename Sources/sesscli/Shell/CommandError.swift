/// A message for the person who typed the command.
struct CommandError: Error, Equatable {
  /// Safe to print.
  let message: String

  init(_ message: String) { self.message = message }
}
