import Foundation
import Testing

@testable import SessionFormats

/// Damaged and malicious streams: refused with one clear line or read in bounds, and both exits of
/// the decoder agree.
@Suite struct JavaHostileTests {
  static let fixtures: [(name: String, bytes: [UInt8])] = {
    do {
      return try Fixture.names(in: "java", suffix: ".bin").map {
        ($0, try Fixture.bytes("java/\($0)"))
      }
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  /// Reads in both ways and compares; true if the stream was read.
  @discardableResult
  private func exercise(_ bytes: [UInt8], _ name: String = "") -> Bool {
    let limit = Limits.nodes(stored: bytes.count)
    var reading: Reading?
    var writer = JSONWriter()
    let error = failure { () throws(PayloadError) in
      reading = try Format.java.read(bytes, nodeLimit: limit)
    }
    if let error { #expect(error.offset >= 0 && error.offset <= bytes.count, "\(name) \(error)") }
    var isDone: Bool?
    let other = failure { () throws(PayloadError) in
      isDone = try Format.java.transcode?(ByteReader(bytes, nodeLimit: limit), &writer)
    }
    if isDone == false { return reading != nil }
    // The fast exit leaves it to the other to say what would run.
    #expect(other == error?.finding([]), "\(name)")
    if let reading {
      #expect(writer.bytes == JSONWriter.json(reading.value), "\(name)")
      #expect(reading.findings.isEmpty && reading.notes.isEmpty)
      #expect(
        (try? JSONSerialization.jsonObject(with: Data(writer.bytes), options: .fragmentsAllowed))
          != nil)
    }
    return reading != nil
  }

  @Test func thereAreFixtures() { #expect(Self.fixtures.count == 19) }

  @Test func fixturesInBothWays() {
    for (name, bytes) in Self.fixtures { #expect(exercise(bytes, name), "\(name)") }
  }

  @Test func truncatedAtEveryOffset() {
    for (name, bytes) in Self.fixtures {
      // A stream of several values may end after each of them.
      let mayEnd = name == "tomcat-redis.bin"
      for count in stride(from: 0, to: bytes.count, by: bytes.count > 5000 ? 17 : 1) {
        #expect(!exercise(Array(bytes.prefix(count)), name) || mayEnd, "\(name) \(count)")
      }
    }
  }

  @Test func bytesAfterTheEnd() {
    for (name, bytes) in Self.fixtures { #expect(!exercise(bytes + [0], name)) }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func mutations(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    for (name, bytes) in Self.fixtures {
      for _ in 0..<(bytes.count > 5000 ? 60 : 250) {
        var mutant = bytes
        for _ in 0..<Int.random(in: 1...4, using: &numbers) {
          let at = Int.random(in: 4..<mutant.count, using: &numbers)
          switch numbers.next() % 6 {
          case 0: mutant[at] ^= 1 << UInt8(numbers.next() % 8)
          case 1: mutant[at] = UInt8(truncatingIfNeeded: numbers.next())
          case 2: mutant[at] = UInt8.random(in: 0x70...0x7E, using: &numbers)
          case 3: mutant.remove(at: at)
          case 4:
            mutant.insert(contentsOf: numbers.bytes(Int.random(in: 1...8, using: &numbers)), at: at)
          default:
            let from = Int.random(in: 4..<mutant.count, using: &numbers)
            mutant.insert(contentsOf: mutant[from...].prefix(40), at: at)
          }
        }
        exercise(mutant, "\(name) seed \(seed)")
      }
    }
  }

  // MARK: Bombs

  private func refused(_ bytes: [UInt8], _ reason: String, isLimit: Bool = true) {
    let error = failure { () throws(PayloadError) in
      _ = try Format.java.read(bytes, nodeLimit: Limits.nodes(stored: bytes.count))
    }
    #expect(error?.reason == reason && error?.isLimit == isLimit, "\(String(describing: error))")
    exercise(bytes)
  }

  /// An array of the class with the handle 0, with one element.
  private static let oneElement = [0x75] + JavaBytes.reference(0) + JavaBytes.int(1)
  private static let firstArray =
    [0x75] + JavaBytes.description("[Ljava.lang.Object;") + [0x70] + JavaBytes.int(1)

  @Test func depth() throws {
    func nested(_ levels: Int) -> [UInt8] {
      JavaBytes.stream(
        Self.firstArray, (1..<levels).flatMap { _ in Self.oneElement }, [0x70])
    }
    #expect(exercise(nested(128)))
    refused(nested(129), "nested more than 128 deep")
    refused(nested(100_000), "nested more than 128 deep")
    // Arrays of arrays of primitives, annotations of classes, exceptions in exceptions.
    refused(JavaBytes.stream([UInt8](repeating: 0x7B, count: 100_000)), "nested more than 128 deep")
    let open = Array(JavaBytes.description("A").dropLast())
    refused(
      JavaBytes.stream((0..<1000).flatMap { _ in [0x76] + open }), "nested more than 128 deep")
  }

  /// 512 KiB is the smallest usual stack of a thread; frames of debug builds are several times
  /// those of release builds.
  @Test func depthOnASmallStack() throws {
    let object =
      [0x73]
      + JavaBytes.description(
        "java.util.Collections$SingletonList", flags: 3, [("Ljava/lang/Object;", "element")])
      + [0x70]
    let again = [0x73] + JavaBytes.reference(0)
    let bytes = JavaBytes.stream(
      object, (1..<128).flatMap { _ in again }, [0x70], [UInt8](repeating: 0x78, count: 128))
    let thread = Thread {
      let value = try? Format.java.read(bytes).value
      #expect(value != nil)
      if let value { #expect(JSONWriter.json(value).count > 128) }
    }
    #if DEBUG
      thread.stackSize = 2 << 20
    #else
      thread.stackSize = 512 << 10
    #endif
    thread.start()
    while !thread.isFinished { usleep(1000) }
  }

  @Test func aChainOfSuperclasses() {
    let chain = (0..<100_000).flatMap { _ in JavaBytes.description("A") }
    refused(JavaBytes.stream([0x73], chain, [0x70]), "a class with more than 128 superclasses")
    // The same in pieces: each class has the one before as its superclass.
    let pieces = (0..<1000).flatMap {
      JavaBytes.description("A") + ($0 == 0 ? [0x70] : JavaBytes.reference($0 - 1))
    }
    refused(JavaBytes.stream(pieces), "a class with more than 128 superclasses")
  }

  @Test func lengthsThatAreNotThere() {
    let array = [0x75] + JavaBytes.description("[D") + [0x70] + JavaBytes.int(0x7FFF_FFFF)
    #expect(!exercise(JavaBytes.stream(array)))
    let objects =
      [0x75] + JavaBytes.description("[Ljava.lang.Object;") + [0x70] + JavaBytes.int(0x7FFF_FFFF)
    #expect(!exercise(JavaBytes.stream(objects, [UInt8](repeating: 0x70, count: 1000))))
    #expect(!exercise(JavaBytes.stream([0x7C, 0x7F], [UInt8](repeating: 0xFF, count: 7))))
    #expect(
      !exercise(
        JavaBytes.stream([0x72, 0, 1, 0x41], [UInt8](repeating: 0, count: 8), [2, 0xFF, 0xFF])))
  }

  /// SerialDOS: sets of two sets each, 100 levels deep; to compute its hash Java takes 2^100 steps.
  @Test func setsOfSharedSets() throws {
    let class0 = JavaBytes.description("java.util.HashSet", flags: 3) + [0x70]
    let head = [0x77, 12] + JavaBytes.int(16) + [0x3F, 0x40, 0, 0] + JavaBytes.int(2)
    // Each set holds the next one and, as its second element, that same one again.
    func set(_ level: Int) -> [UInt8] {
      let start = level == 0 ? [0x73] + class0 : [0x73] + JavaBytes.reference(0)
      if level == 100 {
        return start + head + JavaBytes.string("a") + JavaBytes.string("b") + [0x78]
      }
      return start + head + set(level + 1) + JavaBytes.reference(level + 2) + [0x78]
    }
    let reading = try Format.java.read(JavaBytes.stream(set(0)))
    #expect(JSONWriter.json(reading.value).count < 10_000)
    #expect(JSONWriter.json(reading.value, .typed).count < 10_000)
  }

  /// Each array holds the one before twice.
  @Test func doubling() throws {
    var bytes = JavaBytes.stream(
      [0x75], JavaBytes.description("[Ljava.lang.Object;"), [0x70], JavaBytes.int(101))
    bytes +=
      [0x75] + JavaBytes.reference(0) + JavaBytes.int(2) + JavaBytes.string("x")
      + JavaBytes.string("y")
    for level in 0..<100 {
      let last = JavaBytes.reference(level == 0 ? 2 : level + 4)
      bytes += [0x75] + JavaBytes.reference(0) + JavaBytes.int(2) + last + last
    }
    #expect(exercise(bytes))
    #expect(JSONWriter.json(try Format.java.read(bytes).value).count < 10_000)
  }

  @Test func oneTextManyTimes() {
    var bytes = JavaBytes.stream(
      [0x75], JavaBytes.description("[Ljava.lang.Object;"), [0x70], JavaBytes.int(200_001),
      JavaBytes.string(String(repeating: "x", count: 60_000)))
    for _ in 0..<200_000 { bytes += JavaBytes.reference(2) }
    refused(bytes, "the value is more than \(Limits.output(stored: bytes.count)) bytes of text")
  }

  /// A field's name of 60 KB, and 20,000 instances of 6 bytes.
  @Test func oneNameManyTimes() {
    let name = String(repeating: "n", count: 60_000)
    var bytes = JavaBytes.stream(
      [0x75], JavaBytes.description("[Ljava.lang.Object;"), [0x70], JavaBytes.int(20_001),
      [0x73], JavaBytes.description("A", [("Z", name)]), [0x70, 1])
    for _ in 0..<20_000 { bytes += [0x73] + JavaBytes.reference(2) + [0] }
    refused(bytes, "the value is more than \(Limits.output(stored: bytes.count)) bytes of text")
  }

  @Test func cycles() throws {
    // A list that is its own element, and a map that is its own key.
    let list: [UInt8] =
      [0x73] + JavaBytes.description("java.util.ArrayList", flags: 3, [("I", "size")]) + [0x70]
      + JavaBytes.int(1) + [0x77, 4] + JavaBytes.int(1) + JavaBytes.reference(1) + [0x78]
    let value = try Format.java.read(JavaBytes.stream(list)).value
    #expect(value == .shared(1, .list([.reference(1)])))
    let map: [UInt8] =
      [0x73] + JavaBytes.description("java.util.HashMap", flags: 3) + [0x70, 0x77, 8]
      + JavaBytes.int(16) + JavaBytes.int(1) + JavaBytes.reference(1) + JavaBytes.reference(1)
      + [0x78]
    #expect(
      try Format.java.read(JavaBytes.stream(map)).value
        == .shared(1, .map([Pair(.reference(1), .reference(1))])))
    // A view of itself.
    let view: [UInt8] =
      [0x73]
      + JavaBytes.description("java.util.Collections$UnmodifiableList", [("Ljava/util/List;", "c")])
      + [0x70] + JavaBytes.reference(2)
    #expect(try Format.java.read(JavaBytes.stream(view)).value == .shared(1, .reference(1)))
    // An entry of a name service that is its own comparator.
    let queue: [UInt8] =
      [0x73]
      + JavaBytes.description(
        "java.util.TreeMap", flags: 3, [("Ljava/util/Comparator;", "comparator")])
      + [0x70] + JavaBytes.reference(2) + [0x77, 4] + JavaBytes.int(0) + [0x78]
    exercise(JavaBytes.stream(queue))
  }

  @Test func aHandleBeforeItIsGiven() {
    let error = failure { () throws(PayloadError) in
      _ = try Format.java.read(JavaBytes.stream(Self.firstArray, JavaBytes.reference(2)))
    }
    #expect(error?.reason == "handle 0x7e0002, but only 2 are given so far")
  }
}
