/// What matters of a reply once it is printed.
package struct ReplyOutcome: Equatable {
  /// The reply is an error.
  package var isError = false
  /// The reply is null.
  package var isNull = false
  /// Errors anywhere in the reply: EXEC answers with an array that may hold some.
  package var errors = 0
  /// The first of them.
  package var error: [UInt8] = []
  /// What an error of a cluster's node that was not printed tells to do.
  package var redirection: Redirection?
  /// Places of errors among the elements of an array, of those that the printer was told to watch.
  package var failedElements: Set<Int> = []

  package init() {}
}
