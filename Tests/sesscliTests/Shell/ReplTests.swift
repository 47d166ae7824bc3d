import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// The prompt without a pseudoterminal: a scripted `Terminal` and a real server.
@Suite struct ReplTests {
  @Test func theFirstPromptNamesTheServerAndLinesAreRun() throws {
    let run = try PromptRun(["set k v", "get k", "3 incr n"])
    #expect(run.output == "OK\n\"v\"\n(integer) 1\n(integer) 2\n(integer) 3\n")
    #expect(run.errors.isEmpty)
    let prompt = "redis \(run.server.socket)> "
    #expect(run.terminal.prompts == [String](repeating: prompt, count: 4))
    #expect(run.terminal.remembered == ["set k v", "get k", "3 incr n"])
  }

  @Test func thePromptTellsDatabaseAndTransaction() throws {
    let run = try PromptRun(["select 2", "multi", "set k v", "exec"])
    let place = "redis \(run.server.socket)"
    #expect(
      run.terminal.prompts == [
        "\(place)> ", "\(place)[2]> ", "\(place)[2](TX)> ", "\(place)[2](TX)> ", "\(place)[2]> ",
      ])
    #expect(run.output == "OK\nOK\nQUEUED\n1) OK\n")
  }

  @Test func whatAGateStopsIsNotSentAndSpoilsTheTransaction() throws {
    let run = try PromptRun(["multi", "set k v", "monitor", "exec", "exists k"])
    #expect(run.output == "OK\nQUEUED\n(integer) 0\n")
    #expect(
      run.errors == """
        MONITOR inside a transaction has no end: EXEC or DISCARD first; not sent
        EXEC was not sent but DISCARD: a command of the transaction is missing

        """)
  }

  @Test func aMistypedSettingLeavesTheTransactionWhole() throws {
    let run = try PromptRun(["multi", "set k v", ":sett hints", "exec"])
    #expect(run.output == "OK\nQUEUED\n1) OK\n")
    #expect(run.errors == "unknown setting \":sett\" (help lists them); not sent\n")
  }

  @Test func flushingIsAskedAboutAndTheAnswerIsNoCommand() throws {
    let run = try PromptRun(
      ["set k v", ":set confirm on", "flushall", "no", "exists k", "flushall", "1", "exists k"])
    #expect(
      run.output == """
        OK
        everything in all databases of \(run.server.socket) holds 1 key
        Cancelled, nothing was sent.
        (integer) 1
        everything in all databases of \(run.server.socket) holds 1 key
        OK
        (integer) 0

        """)
    let questions = run.terminal.prompts.filter { !$0.hasPrefix("redis ") }
    #expect(
      questions
        == [String](
          repeating: "Type 1 to delete it, anything else to cancel: ", count: 2))
    // Typed before it was asked.
    #expect(run.terminal.discards == 2)
    #expect(!run.terminal.remembered.contains("no"))
  }

  @Test func readOnlyStopsWritesOnly() throws {
    let run = try PromptRun(["set k v", "get k"]) { $0.readOnly = true }
    #expect(run.output == "(nil)\n")
    #expect(run.errors == "--read-only: SET may write; not sent\n")
  }

  @Test func controlCDropsTheLineAndQuitLeaves() throws {
    let run = try PromptRun([.controlC, "echo a", "quit", "echo b"])
    #expect(run.output == "\"a\"\n")
    #expect(run.terminal.prompts.count == 3)
  }

  @Test func aServerThatGoesAwayIsToldAndConnectedToAgain() throws {
    let run = try PromptRun(
      ["select 3", "client kill type normal skipme no", .awaitServer, "echo a"])
    #expect(run.output == "OK\n(integer) 1\n\"a\"\n")
    #expect(
      run.errors.hasSuffix("the connection\nreconnected, database 3 selected again\n")
        || run.errors.contains("Connection reset by peer\nreconnected, database 3 selected again\n")
    )
    let place = "redis \(run.server.socket)[3]> "
    #expect(run.terminal.prompts.suffix(4) == [place, place, "not connected> ", place])
  }

  @Test func completionAndHintsAskTheSameServer() throws {
    let run = try PromptRun(["set session:1 v"])
    let line = Array("get sess".utf8)
    let completion = run.terminal.complete?(line, line.count)
    #expect(completion?.replacement == Array("get session:1 ".utf8))
    #expect(run.terminal.hint?(Array("get ".utf8)) == "key")
  }

  @Test func gatesHaveNamesOfTheirOwnAndReasons() {
    let names = Gate.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Gate.all.allSatisfy { $0.why.hasSuffix(".") })
    // What needs a server comes after connecting, and what is asked of a person after all that
    // could make it needless.
    let places = ["subscription", "conversation", "connection", "read-only", "flush"]
      .compactMap { names.firstIndex(of: $0) }
    #expect(places.count == 5 && places == places.sorted())
  }
}

/// What a person does when the prompt is shown.
private enum Step: ExpressibleByStringLiteral {
  case type(String)
  case controlC
  /// Waits until the server says something, or closes the connection.
  case awaitServer

  init(stringLiteral line: String) { self = .type(line) }
}

/// A person who does one step at each prompt, and then types Ctrl-D.
private final class ScriptedTerminal: Terminal {
  private var steps: [Step]
  private(set) var prompts: [String] = []
  private(set) var remembered: [String] = []
  private(set) var discards = 0
  var complete: ((_ line: [UInt8], _ cursor: Int) -> Completion)?
  var hint: ((_ line: [UInt8]) -> String?)?
  let hasTyped = false

  init(_ steps: [Step]) { self.steps = steps }

  func readLine(prompt: Prompt, watch: Int32?) -> ReadResult {
    prompts.append(prompt.rendered())
    guard !steps.isEmpty else { return .endOfInput }
    switch steps.removeFirst() {
    case .type(let line): return .line(Array(line.utf8))
    case .controlC: return .interrupted
    case .awaitServer:
      _ = waitReadable([watch ?? -1], seconds: 20)
      return .wokenByServer
    }
  }

  func remember(_ line: [UInt8]) { remembered.append(String(decoding: line, as: UTF8.self)) }

  func discardTypeAhead() -> Int {
    discards += 1
    return 0
  }

  func rest(hasMore: Bool) {}
  func showsTyped(_ shows: Bool) {}
}

/// A run of the prompt, from connecting to the end of the steps.
private struct PromptRun {
  let server: RedisServer
  let terminal: ScriptedTerminal
  let output: String
  let errors: String

  init(_ steps: [Step], _ configure: (inout Options) -> Void = { _ in }) throws {
    server = try RedisServer()
    terminal = ScriptedTerminal(steps)
    var options = Options()
    options.endpoint = Endpoint(address: .unix(path: server.socket))
    options.style = .formatted
    configure(&options)
    let folder = try TemporaryFolder()
    let files = ["out", "err"].map { folder.path + "/" + $0 }
    let descriptors = files.map { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    defer { for descriptor in descriptors { close(descriptor) } }
    let console = Console(
      options, mode: .interactive, output: Output(descriptors[0]), errors: Output(descriptors[1]))
    Repl(Shell(options, console), on: terminal).run(reading: [])
    console.output.flush()
    (output, errors) = (
      try String(contentsOfFile: files[0], encoding: .utf8),
      try String(contentsOfFile: files[1], encoding: .utf8)
    )
  }
}
