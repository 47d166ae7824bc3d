/// What matters of a reply once it is printed.
struct ReplyOutcome: Equatable {
  /// The reply is an error.
  var isError = false
  /// The reply is null.
  var isNull = false
  /// Errors anywhere in the reply: EXEC answers with an array that may hold some.
  var errors = 0
  /// The first of them.
  var error: [UInt8] = []
  /// What an error of a cluster's node that was not printed tells to do.
  var redirection: Redirection?
  /// Places of errors among the elements of an array, of those that the printer was told to watch.
  var failedElements: Set<Int> = []
}
