// Shows what a session holds that a file has: ReadSession FILE [SECRET]
import Glibc
import SessionFormats

let arguments = CommandLine.arguments
guard arguments.count > 1, let file = fopen(arguments[1], "rb") else {
  print("usage: ReadSession FILE [SECRET]")
  exit(2)
}
var stored = [UInt8](repeating: 0, count: 1 << 20)
stored.removeLast(stored.count - fread(&stored, 1, stored.count, file))

do {
  // Nothing in the bytes is executed, and nothing is guessed: a format must read all of them.
  let secrets = arguments.dropFirst(2).map { Array($0.utf8) }
  let decoded = try Decoded(detecting: stored, context: Context(secrets: secrets))
  print("format:", decoded.chain)
  if let sighting = Framework.sighting(of: Stored(decoded)) {
    print("framework:", sighting.name)
    for fact in sighting.facts { print(" ", fact.name, fact.text) }
  }
  for finding in decoded.reading.findings {
    print("DANGER: loading it would \(finding.effect.rawValue) \(finding.name)")
  }
  if case .map(let entries) = decoded.value {
    for entry in entries {
      if case .string(let name) = entry.key { print("has", name) }
    }
  }
  print(String(decoding: JSONWriter.json(decoded.value, .typed), as: UTF8.self))
} catch {
  // zlib > pickle: byte 17: BINUNICODE needs 9 bytes, 5 left
  print(error)
  exit(1)
}
