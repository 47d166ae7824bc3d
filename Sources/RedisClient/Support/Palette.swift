/// Colours by meaning. A palette without colour appends nothing.
package struct Palette {
  package let isColoured: Bool

  package init(isColoured: Bool) { self.isColoured = isColoured }

  package static let plain = Palette(isColoured: false)

  /// SGR parameters. Only the eight classic colours, which every theme makes readable.
  package enum Role: String {
    case dim = "2"
    case error = "31"
    case danger = "1;31"
    case key = "36"
    case text = "32"
    case number = "33"
    case type = "35"
    case prompt = "1"
  }

  package func start(_ role: Role, in out: inout [UInt8]) {
    if isColoured { out.append(contentsOf: "\u{1B}[\(role.rawValue)m".utf8) }
  }

  package func end(in out: inout [UInt8]) {
    if isColoured { out.append(contentsOf: "\u{1B}[0m".utf8) }
  }

  package func paint(_ text: String, _ role: Role) -> String {
    isColoured ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
