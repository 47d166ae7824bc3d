import RedisClient

/// Finds names that are no keys for completion: what the server calls its parameters, its users,
/// its channels.
final class NameSearch {
  enum Kind: Hashable {
    /// Of CONFIG GET and CONFIG SET.
    case parameters
    /// Of ACL rules.
    case categories
    case users
    case channels
    case shardChannels
  }

  /// Names kept: a list that nobody reads to its end.
  private static let limit = 10_000

  private let side: CompletionConnection
  /// What does not change while one is connected, and the connection that told it.
  private var kept: [Kind: [[UInt8]]] = [:]
  private weak var source: Connection?

  init(on side: CompletionConnection) { self.side = side }

  /// The names; none where the server refuses or does not know the question.
  func names(_ kind: Kind, at endpoint: Endpoint) -> [[UInt8]] {
    do {
      let connection = try side.connected(to: endpoint)
      if source !== connection {
        kept = [:]
        source = connection
      }
      if let names = kept[kind] { return names }
      let names = Self.names(kind, in: try connection.call(Self.question(kind)))
      // Users and channels come and go.
      if kind == .parameters || kind == .categories { kept[kind] = names }
      return names
    } catch {
      side.drop()
      return []
    }
  }

  private static func question(_ kind: Kind) -> [[UInt8]] {
    let words: [String] =
      switch kind {
      case .parameters: ["CONFIG", "GET", "*"]
      case .categories: ["ACL", "CAT"]
      case .users: ["ACL", "USERS"]
      case .channels: ["PUBSUB", "CHANNELS"]
      case .shardChannels: ["PUBSUB", "SHARDCHANNELS"]
      }
    return words.map { Array($0.utf8) }
  }

  private static func names(_ kind: Kind, in reply: Reply) -> [[UInt8]] {
    guard let elements = reply.elements else { return [] }
    // CONFIG GET answers with a value behind each name.
    let step = kind == .parameters ? 2 : 1
    return stride(from: 0, to: elements.count, by: step).prefix(limit)
      .compactMap { elements[$0].bytes }
  }
}
