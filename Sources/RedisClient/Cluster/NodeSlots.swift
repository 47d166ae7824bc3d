/// What a server of a cluster knows of its own slots, which CLUSTER SLOTS does not tell: those that
/// are on their way to another master.
struct NodeSlots: Equatable {
  /// Whether it is a master.
  let isMaster: Bool
  /// The slots that it serves.
  private(set) var slots = SlotSet.none
  /// Where keys of some of them are moving to.
  private(set) var targets: Set<ClusterNode> = []

  /// Reads the reply to CLUSTER NODES, a line for each server: `id host:port@busport[,hostname]
  /// flags master ping pong epoch link slot slot ...`. A slot is `5`, a range `5-9`; `[5->-id]` is
  /// on its way there, `[5-<-id]` comes from there.
  ///
  /// - Returns: nil when the server does not tell.
  init?(_ reply: Reply, asked: String) {
    guard let text = reply.bytes else { return nil }
    let lines = text.split(separator: 10).map { $0.split(separator: 0x20) }
    guard
      let own = lines.first(where: { line in
        line.count >= 8
          && line[2].split(separator: 0x2C).contains { $0.elementsEqual("myself".utf8) }
      })
    else { return nil }
    isMaster = own[2].split(separator: 0x2C).contains { $0.elementsEqual("master".utf8) }
    for word in own[8...] {
      if word.first == UInt8(ascii: "[") {
        guard let arrow = word.firstRange(of: Array("->-".utf8)) else { continue }
        let id = word[arrow.upperBound...].dropLast()
        if let node = lines.first(where: { $0.first?.elementsEqual(id) ?? false }).flatMap({
          Self.address($0, asked)
        }) {
          targets.insert(node)
        }
        continue
      }
      let bounds = word.split(separator: 0x2D).map { Int(String(decoding: $0, as: UTF8.self)) }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last,
        (0..<HashSlot.count).contains(first), (0..<HashSlot.count).contains(last)
      else { return nil }
      for slot in first...last { slots.insert(slot) }
    }
  }

  private static func address(_ line: [ArraySlice<UInt8>], _ asked: String) -> ClusterNode? {
    guard line.count > 1 else { return nil }
    let address = line[1].prefix { $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: ",") }
    guard let colon = address.lastIndex(of: UInt8(ascii: ":")),
      let port = Int(String(decoding: address[(colon + 1)...], as: UTF8.self))
    else { return nil }
    return ClusterNode(host: Array(address[..<colon]), port: port, asked: asked)
  }
}
