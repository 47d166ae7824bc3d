/// A message for the person who typed the command.
package struct CommandError: Error, Equatable {
  /// Safe to print.
  package let message: String
  /// Whether the command itself is wrong: an unknown option, a word too many.
  package let isUsage: Bool

  package init(_ message: String) { self.init(message, isUsage: false) }

  private init(_ message: String, isUsage: Bool) {
    self.message = message
    self.isUsage = isUsage
  }

  package static func usage(_ message: String) -> CommandError {
    CommandError(message, isUsage: true)
  }
}
