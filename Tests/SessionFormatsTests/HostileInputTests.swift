import Testing

@testable import SessionFormats

/// Damaged and malicious payloads. A crash fails the whole run; beyond that, what is read must keep
/// the promises that everything else relies on.
@Suite struct HostileInputTests {
  /// Every fixture of the formats and layers tested here, by path.
  static let fixtures: [(path: String, bytes: [UInt8])] = {
    do {
      return try ["flask", "msgpack", "layers"].flatMap { folder in
        try Fixture.names(in: folder).filter {
          !$0.hasSuffix(".typed.json") && $0 != "manifest.json"
        }.map {
          ("\(folder)/\($0)", try Fixture.bytes("\(folder)/\($0)"))
        }
      }
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  private static let context = Context(
    secrets: [Array("sesscli-test-key".utf8)], now: 1_700_000_000)

  @Test func thereAreFixtures() { #expect(Self.fixtures.count > 35) }

  /// Reads with detection and by the name of the format that reads the whole; checks what comes
  /// out.
  private func exercise(_ bytes: [UInt8]) -> Decoded? {
    for format in Format.all {
      do throws(PayloadError) {
        check(try format.read(bytes).value)
      } catch {
        #expect(error.offset >= 0 && error.offset <= bytes.count, "\(format.name) \(error)")
      }
    }
    do throws(PayloadError) {
      let decoded = try Decoded(detecting: bytes, context: Self.context)
      check(decoded.value)
      return decoded
    } catch {
      #expect(error.offset >= 0 && error.offset <= (error.bytes?.count ?? 0), "\(error)")
      return nil
    }
  }

  private func check(_ value: Value) {
    #expect(depth(of: value) <= Limits.depth)
  }

  /// Levels of a value that walking it descends.
  private func depth(of value: Value) -> Int {
    switch value {
    case .list(let items): 1 + (items.map(depth).max() ?? 0)
    case .map(let pairs): 1 + (pairs.map { max(depth(of: $0.key), depth(of: $0.value)) }.max() ?? 0)
    case .tagged(.ext, _): 0
    case .tagged(_, .list(let items)): 1 + (items.map(depth).max() ?? 0)
    case .shared(_, let inner): depth(of: inner)
    default: 0
    }
  }

  @Test func truncatedAtEveryOffset() throws {
    for (path, bytes) in Self.fixtures {
      let whole = try? Decoded(detecting: bytes, context: Self.context)
      for count in 0..<bytes.count {
        guard let part = exercise(Array(bytes.prefix(count))), let whole,
          part.chain == whole.chain, part.value == whole.value
        else { continue }
        // What was cut off may be base64's padding, or so much of a long signature that it has the
        // length of a shorter one; anything else that is lost must be missed.
        let isPadding = bytes[count...].allSatisfy { $0 == UInt8(ascii: "=") || $0 == 0x0A }
        let isInvalid = part.layers.first?.facts.last?.text == "invalid for the secret given"
        #expect(isPadding || isInvalid, "\(path): \(count) of \(bytes.count)")
      }
    }
  }

  /// Layers that look into the head of a base64 text must not count on as many bytes as it has room
  /// for.
  @Test func headsThatEndInPadding() {
    // A Django session and a cookie of lua-resty-session 4, by their first bytes.
    let heads = [
      "eyJfZnJlc2giOnRydWUsIl9pZCIJmMmM5ZjJjIiwiX3Vz4YjNhM4",
      "AQ" + String(repeating: "A", count: 108),
    ]
    for head in heads {
      for cut in 1...head.count {
        for padding in 1...(8 as Int) {
          var bytes = Array(head.utf8)
          bytes.replaceSubrange(
            max(0, cut - padding)..<cut, with: repeatElement(0x3D, count: padding))
          _ = exercise(bytes + Array("sc2UsImF0dGVtcHRzIjozfQ".utf8))
        }
      }
    }
  }

  @Test func bytesAfterTheEnd() {
    for (path, bytes) in Self.fixtures where path.hasPrefix("msgpack") || path.hasSuffix(".msgpack")
    {
      #expect(exercise(bytes + [0]) == nil, "\(path)")
      #expect(exercise(bytes + bytes) == nil, "\(path)")
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func mutations(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    for (_, bytes) in Self.fixtures where bytes.count < 1000 {
      for _ in 0..<60 {
        var mutant = bytes
        for _ in 0..<Int.random(in: 1...4, using: &numbers) {
          let at = Int.random(in: 0..<mutant.count, using: &numbers)
          switch numbers.next() % 6 {
          case 0: mutant[at] ^= 1 << UInt8(numbers.next() % 8)
          case 1: mutant[at] = UInt8(truncatingIfNeeded: numbers.next())
          case 2:
            mutant[at] = [0, 0x7F, 0x80, 0xFF, 0xDD, 0xDF].randomElement(using: &numbers) ?? 0
          case 3 where mutant.count > 1: mutant.remove(at: at)
          case 4:
            mutant.insert(contentsOf: numbers.bytes(Int.random(in: 1...8, using: &numbers)), at: at)
          default:
            let from = Int.random(in: 0..<mutant.count, using: &numbers)
            mutant.insert(contentsOf: mutant[from...].prefix(16), at: at)
          }
        }
        _ = exercise(mutant)
      }
    }
  }

  @Test func randomBytesInEveryFormat() {
    var numbers = SeededNumbers(seed: 9)
    for _ in 0..<3000 { _ = exercise(numbers.bytes(Int.random(in: 0...100, using: &numbers))) }
  }

  // MARK: Bombs

  /// 100 MB of zeros in 100 KB, and in 300 bytes: CPython's zlib.compress, once and twice.
  @Test func decompressionStopsAtTheLimit() throws {
    for name in ["bomb.zlib.zlib", "bomb.gzip.zlib"] {
      let twice = try Fixture.bytes("hostile/\(name)")
      let once = try Layer.zlib.unwrap(twice, Context(), Limits.output).bytes
      #expect(once.count < 110_000)
      for bytes in [once, twice] {
        let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: bytes) }
        #expect(error?.isLimit == true, "\(name)")
        #expect(error?.reason.contains("64 for each stored byte") == true, "\(name)")
      }
    }
  }

  @Test func manyLayersStop() throws {
    let bytes = try Fixture.bytes("hostile/layers-20.gzip")
    let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: bytes) }
    #expect(error?.isLimit == true)
    #expect(error?.reason == "more than 8 layers")
    #expect(error?.format == Array(repeating: "gzip", count: 9).joined(separator: " > "))
  }

  @Test func theOutputLimitIsSharedByAllLayers() throws {
    let bytes = Array(repeating: Array("3330".utf8), count: 25).flatMap { $0 }
    let chain = try Chain("hex,hex")
    var enough = Detection(stored: 100, context: Context(), isTracing: false, budget: 75)
    #expect(try enough.run(bytes, as: chain).value == .string(String(repeating: "0", count: 25)))
    var small = Detection(stored: 100, context: Context(), isTracing: false, budget: 74)
    let error = failure { () throws(PayloadError) in _ = try small.run(bytes, as: chain) }
    #expect(error?.isLimit == true)
    #expect(error?.format == "hex > hex")
    #expect(error?.reason.hasPrefix("more than the 24 bytes inside") == true)
  }
}
