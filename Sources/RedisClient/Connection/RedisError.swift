/// What went wrong with the connection, in one line for the person. A Redis error *reply* is data,
/// not this.
package struct RedisError: Error, Equatable {
  package enum Kind {
    /// No connection could be made.
    case connect
    /// The server refused the password or the database; nothing may be sent after it.
    case authentication, select
    /// The connection ended while a reply was owed, or before the command could be sent whole.
    case lost
    /// The server was silent longer than the timeout.
    case timeout
    /// The server sent what is not Redis' protocol, or more than the limits allow.
    case protocolError
    /// The person pressed Ctrl-C.
    case interrupted
    /// Our own output could not be written; there is nobody to tell.
    case output
  }

  package let kind: Kind
  /// Safe to print: what came from the server is escaped in it.
  package let message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}
