import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// redis-cli and sesscli run the same commands on the same state of one server, in every style;
/// what they write is compared byte for byte.
@Suite(.serialized) struct DifferentialTests {
  /// Commands made of each row of the command table.
  private static let perCommand = 7
  private static let transactions = 60

  @Test(.timeLimit(.minutes(5))) func everyCommandPrintsWhatRedisCLIPrints() throws {
    guard let redisCLI = Project.find("redis-cli") else {
      throw HarnessError("no redis-cli on PATH; `make test` installs one")
    }
    let given = ProcessInfo.processInfo.environment["DIFFERENTIAL_SEED"].flatMap { UInt64($0) }
    let seed = given ?? 7015
    let cases = DifferentialState.cases + Self.generated(seed: seed)
    let server = try RedisServer(["--activerehashing", "no", "--slowlog-log-slower-than", "-1"])
    try settle(server)
    var figure = Figure()
    for mode in DifferentialMode.allCases {
      try compareScripts(cases, mode, redisCLI, server, &figure)
      try compareOneShots(mode, redisCLI, server, &figure)
    }
    print(figure.description(seed: seed, cases: cases.count))
    #expect(figure.unlisted.isEmpty, "\(figure.unlisted.prefix(12).joined(separator: "\n"))")
    let unseen = Set(KnownDifference.allCases).subtracting(figure.listed.keys)
    #expect(unseen.isEmpty, "listed, and never seen: \(unseen)")
  }

  /// Commands of every row of the table, then transactions of such commands.
  private static func generated(seed: UInt64) -> [[[[UInt8]]]] {
    var generator = CommandGenerator(seed: seed)
    let entries = CommandTable.all.filter { entry in
      !entry.isContainer && !CommandGenerator.excluded.contains(entry.name)
        && !CommandGenerator.excluded.contains(entry.name.split(separator: " ").map(String.init)[0])
    }
    var cases = entries.flatMap { entry in
      (0..<perCommand).map { _ in [generator.command(entry)] }
    }
    let quick = entries.filter { !$0.flags.contains(.blocking) && $0.group != "connection" }
    for _ in 0..<transactions {
      var lines = [["multi".bytes]]
      for _ in 0..<4 { lines.append(generator.command(generator.pick(quick))) }
      cases.append(lines + [["exec".bytes]])
    }
    // A stream's dump holds the times of its groups.
    return cases.filter { lines in
      !lines.contains { lowercased($0[0]) == "dump" && $0.dropFirst().first?.first == 0x78 }
    }
  }

  // MARK: Scripts

  private func compareScripts(
    _ cases: [[[[UInt8]]]], _ mode: DifferentialMode, _ redisCLI: String, _ server: RedisServer,
    _ figure: inout Figure
  ) throws {
    var script: [UInt8] = []
    // The lines of each case, counted from 1.
    var places: [ClosedRange<Int>] = []
    var line = 1
    for (number, lines) in cases.enumerated() {
      for words in lines { script += words.map(quoted).joined(separator: [32]) + [10] }
      script += "echo \(Self.mark(number))\n".bytes
      places.append(line...(line + lines.count - 1))
      line += lines.count + 1
    }
    let options = ["-s", server.socket, mode.option]
    try reset(server)
    let theirs = try Run.program(redisCLI, options, stdin: script, limit: .seconds(60))
    try reset(server)
    let ours = try Run.program(Project.sesscli, options, stdin: script, limit: .seconds(60))

    let theirPieces = pieces(theirs.stdout, cases.count, mode)
    let ourPieces = pieces(ours.stdout, cases.count, mode)
    let errors = errorsByLine(ours.stderr)
    #expect(theirs.stderr.isEmpty, "redis-cli: \(theirs.err)")
    #expect(theirPieces.count == cases.count, "redis-cli answered \(theirPieces.count) cases")
    #expect(
      ourPieces.count == cases.count,
      "sesscli answered \(ourPieces.count) cases: \(ours.err.suffix(300))")
    #expect(ours.exitCode == (errors.isEmpty ? 0 : 1))
    for (number, (their, our)) in zip(theirPieces, ourPieces).enumerated() {
      compare(
        cases[number], their, our, errors: places[number].map { errors[$0] }, mode, "stdin", &figure
      )
    }
  }

  private static func mark(_ number: Int) -> String { "@mark:\(number)@" }

  /// The output of each case.
  private func pieces(_ output: [UInt8], _ count: Int, _ mode: DifferentialMode) -> [[UInt8]] {
    let data = Data(output)
    var pieces: [[UInt8]] = []
    var from = 0
    for number in 0..<count {
      let text = mode == .raw ? Self.mark(number) : "\"\(Self.mark(number))\""
      guard let range = data.range(of: Data(text.utf8), in: from..<data.count) else { break }
      pieces.append(Array(data[from..<range.lowerBound]))
      from = min(range.upperBound + 1, data.count)
    }
    return pieces
  }

  private func errorsByLine(_ output: [UInt8]) -> [Int: [UInt8]] {
    var errors: [Int: [UInt8]] = [:]
    for line in output.split(separator: 10) {
      let text = String(decoding: line, as: UTF8.self)
      guard text.hasPrefix("line "), let colon = text.firstIndex(of: ":"),
        let number = Int(text[text.index(text.startIndex, offsetBy: 5)..<colon])
      else { continue }
      let message = text[colon...].dropFirst(2)
      errors[number] = unescaped(
        Array((message.hasPrefix("(error) ") ? message.dropFirst(8) : message).utf8))
    }
    return errors
  }

  /// A message's bytes: on standard error those that are no text are escapes.
  private func unescaped(_ message: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = message[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.dropFirst().prefix(2), as: UTF8.self)
      if byte != UInt8(ascii: "\\") {
        bytes.append(byte)
      } else if rest.first == UInt8(ascii: "x"), let value = UInt8(digits, radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else if rest.first == UInt8(ascii: "t") {
        bytes.append(9)
        rest = rest.dropFirst()
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  // MARK: One command a process

  private func compareOneShots(
    _ mode: DifferentialMode, _ redisCLI: String, _ server: RedisServer, _ figure: inout Figure
  ) throws {
    let single = DifferentialState.cases.filter {
      $0.count == 1 && !$0[0].contains { $0.contains(0) }
    }
    try reset(server)
    for lines in single {
      let words = lines[0]
      // Only what leaves the data alone, so that both find the same.
      guard let entry = CommandTable.lookup(words),
        entry.flags.isDisjoint(with: [.write, .blocking]), !Self.indirect.contains(entry.name),
        let arguments = strings(words)
      else { continue }
      let options = ["-s", server.socket, mode.option] + arguments
      let theirs = try Run.program(redisCLI, options)
      let ours = try Run.program(Project.sesscli, options)
      #expect(ours.stderr == theirs.stderr && ours.exitCode == theirs.exitCode, "\(arguments)")
      compare(lines, theirs.stdout, ours.stdout, errors: [], mode, "one-shot", &figure)
    }
  }

  /// Commands that write whatever their flags say.
  private static let indirect: Set<String> = ["EVAL", "EVALSHA", "FCALL", "EXEC"]

  private func strings(_ words: [[UInt8]]) -> [String]? {
    let strings = words.compactMap { String(validating: $0, as: UTF8.self) }
    return strings.count == words.count ? strings : nil
  }

  // MARK: Comparison

  private func compare(
    _ lines: [[[UInt8]]], _ theirs: [UInt8], _ ours: [UInt8], errors: [[UInt8]?],
    _ mode: DifferentialMode, _ way: String, _ figure: inout Figure
  ) {
    figure.compared += 1
    if theirs == ours, errors.allSatisfy({ $0 == nil }) {
      figure.equal += 1
      return
    }
    let isMoving = lines.contains(where: DifferentialState.isMoving)
    let isSame = { (one: [UInt8], other: [UInt8]) in
      one == other || (isMoving && Self.shape(one) == Self.shape(other))
    }
    var undoing = Undoing(mode: mode, isSame: isSame)
    let undone = undoing.undo(ours, lines: lines, errors: errors, redis: theirs)
    if isSame(undone, theirs), undoing.seen.isEmpty {
      figure.sameShape += 1
    } else if isSame(undone, theirs) {
      for difference in undoing.seen { figure.listed[difference, default: 0] += 1 }
      figure.improved += 1
    } else {
      let command = lines.map {
        String(decoding: Array($0.map(quoted).joined(separator: [32])).prefix(300), as: UTF8.self)
      }
      figure.unlisted.append(
        """
        \(mode.rawValue), \(way): \(command.joined(separator: "; "))
          redis-cli: \(Self.shown(theirs, beside: undone))
          sesscli:   \(Self.shown(undone, beside: theirs)) \(errors.compactMap { $0 }.map { String(decoding: $0, as: UTF8.self) })
        """)
    }
  }

  /// The text around the first byte that differs.
  private static func shown(_ bytes: [UInt8], beside other: [UInt8]) -> String {
    let same = zip(bytes, other).prefix { $0 == $1 }.count
    return String(decoding: bytes.dropFirst(max(0, same - 60)).prefix(160), as: UTF8.self)
      .debugDescription
  }

  /// The output with every number alike.
  private static func shape(_ bytes: [UInt8]) -> [UInt8] {
    var shape: [UInt8] = []
    var isInNumber = false
    for byte in bytes {
      let isDigit = (0x30...0x39).contains(byte)
      let isLetter = (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: ".")
      isInNumber = isDigit || (isInNumber && isLetter)
      if !isInNumber { shape.append(byte) } else if shape.last != 0x30 { shape.append(0x30) }
    }
    return shape
  }

  /// As a line of a script: what both tools unquote.
  private func quoted(_ word: [UInt8]) -> [UInt8] {
    var text: [UInt8] = [UInt8(ascii: "\"")]
    for byte in word {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        text += [UInt8(ascii: "\\"), byte]
      } else if (0x20..<0x7F).contains(byte) {
        text.append(byte)
      } else {
        text += String(format: "\\x%02x", byte).bytes
      }
    }
    return text + [UInt8(ascii: "\"")]
  }

  /// Looks commands up until the server has them in the order that stays: a table of subcommands
  /// that has grown is moved a step with each look.
  private func settle(_ server: RedisServer) throws {
    let client = try RawClient(socket: server.socket)
    for entry in CommandTable.all where entry.name.hasSuffix(" HELP") {
      for _ in 0..<40 { _ = try client.send(entry.name.split(separator: " ").map(String.init)) }
    }
  }

  /// The same state each time, also of what the server counts.
  private func reset(_ server: RedisServer) throws {
    let client = try RawClient(socket: server.socket)
    for command in DifferentialState.commands {
      let reply = try client.send(command)
      if reply.hasPrefix("-") {
        throw HarnessError("\(String(decoding: command[0], as: UTF8.self)): \(reply)")
      }
    }
  }
}

/// What the comparison came to.
private struct Figure {
  var compared = 0
  var equal = 0
  var sameShape = 0
  var improved = 0
  var listed: [KnownDifference: Int] = [:]
  var unlisted: [String] = []

  func description(seed: UInt64, cases: Int) -> String {
    var text = """
      Differential test, seed \(seed): \(cases) commands and transactions in \(DifferentialMode.allCases.count) \
      styles, by script and one by one: \(compared) outputs compared, \(equal) equal byte for byte, \
      \(sameShape) but for numbers that move, \(improved) but for listed differences, \(unlisted.count) otherwise.

      """
    for difference in KnownDifference.allCases {
      text += "  \(listed[difference] ?? 0) times: \(difference.rawValue)\n"
    }
    return text
  }
}
