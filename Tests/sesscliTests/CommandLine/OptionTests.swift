import Testing

@testable import RedisClient
@testable import sesscli

/// The command line, read from the one table of options.
@Suite struct OptionTests {
  private func parse(_ words: String...) -> Invocation {
    Options.parse(words.map { Array($0.utf8) }) { _ in nil }
  }

  private func options(_ words: String..., variables: [String: String] = [:]) throws -> Options {
    let invocation = Options.parse(words.map { Array($0.utf8) }) {
      variables[$0].map { Array($0.utf8) }
    }
    guard case .run(let options) = invocation else {
      throw CommandError("not a command line to run: \(invocation)")
    }
    return options
  }

  private func usage(_ words: String...) -> String? {
    guard
      case .usage(let message) = Options.parse(
        words.map { Array($0.utf8) }, environment: { _ in nil })
    else { return nil }
    return message
  }

  @Test func namesAreUniqueAndWellFormed() {
    let names = CommandLineOption.all.flatMap(\.names)
    #expect(Set(names).count == names.count)
    for option in CommandLineOption.all {
      for name in option.names {
        #expect(name.utf8.count == 2 || name.hasPrefix("--"), "\(name)")
      }
      #expect(option.summary.hasSuffix("."), "\(option.names)")
    }
  }

  /// redis-cli 7.0's own list, so that no option of it is unknown.
  @Test func everyOptionOfRedisCLIIsKnown() throws {
    let help = try Run.program("/usr/bin/redis-cli", ["--help"]).out
    var found = 0
    for line in help.split(separator: "Cluster Manager Commands")[0].split(separator: "\n") {
      let word = line.drop { $0 == " " }.prefix { $0 != " " }
      guard line.prefix(3).contains(" -"), word.count > 1 else { continue }
      found += 1
      #expect(CommandLineOption.named(String(word)) != nil, "\(word)")
    }
    #expect(found > 50)
  }

  @Test func anOptionTakesTheNextWordOrItsOwn() throws {
    #expect(try options("-n", "2", "ping").endpoint.database == 2)
    #expect(try options("--pass=a=b", "ping").endpoint.password == Array("a=b".utf8))
    // What looks like an option is a value where one is due.
    #expect(try options("-a", "-n", "ping").endpoint.password == Array("-n".utf8))
    #expect(try options("-r", "-1", "ping").repeats == -1)
    #expect(usage("-n") == "Missing value for '-n <number>'")
    #expect(usage("--raw=yes", "ping") == "--raw takes no value")
  }

  @Test func optionsEndAtTheCommand() throws {
    #expect(try options("-n", "1", "get", "-n", "2").command.count == 3)
    #expect(try options("--", "-n").command == [Array("-n".utf8)])
    #expect(try options("-").command == [Array("-".utf8)])
  }

  @Test func theLastOneCounts() throws {
    let uriFirst = try options("-u", "redis://a:1/2", "-p", "5", "-n", "7")
    #expect(uriFirst.endpoint.address == .tcp(host: "a", port: 5))
    #expect(uriFirst.endpoint.database == 7)
    let uriLast = try options("-h", "x", "-p", "5", "-u", "redis://a:1/2")
    #expect(uriLast.endpoint.address == .tcp(host: "a", port: 1))
    #expect(try options("--raw", "--json").style == .json)
    #expect(try options("--csv", "--json", "--raw").style == .raw)
    #expect(try options("--raw", "--no-raw").style == .formatted)
    #expect(try options("-s", "/run/r", "-h", "x").endpoint.address == .unix(path: "/run/r"))
  }

  @Test func whatGoesTogetherAndWhatDoesNot() throws {
    #expect(usage("-2", "-3") == "-2 and -3 exclude each other")
    #expect(usage("-x", "-X", "t", "set", "k", "t") == "-x and -X exclude each other")
    #expect(usage("-c", "-s", "/x") == "-c and -s exclude each other")
    #expect(usage("--scan", "--bigkeys") == "--scan and --bigkeys exclude each other")
    #expect(usage("--key", "k", "--tls") == "--cert and --key go together")
    #expect(
      usage("--cacert", "x") == "--cacert needs --tls or a URI that begins with rediss://")
    #expect(usage("-X", "t", "ping") == "-X: no argument of the command is the tag t")
    #expect(try options("--memkeys", "--memkeys-samples", "5").work == .memKeys)
    #expect(try options("--tls", "--cert", "c", "--key", "k").endpoint.tls?.key == "k")
    #expect(try options("--eval", "f", "k", ",", "a").command.count == 3)
  }

  @Test(arguments: [
    ["-p", "abc"], ["-p", "70000"], ["-n", "-1"], ["-n", "1x"], ["-r", "x"], ["-i", "-1"],
    ["-t", "0"],
    ["--count", "0"], ["--cursor", "-1"], ["--top", "x"], ["--pipe-timeout", "x"],
    ["--memkeys-samples", "x"], ["--show-pushes", "maybe"], ["-i", "nan"], ["-t", "inf"],
  ])
  func valuesAreChecked(_ words: [String]) {
    guard
      case .usage(let message) = Options.parse(
        words.map { Array($0.utf8) }, environment: { _ in nil })
    else {
      Issue.record("accepted: \(words)")
      return
    }
    #expect(message.hasPrefix("\(words[0]) takes "))
  }

  @Test func whatIsLeftToRedisCLISaysSo() {
    for option in CommandLineOption.all where option.section == .elsewhere {
      let name = option.names[0]
      #expect(usage(name, "x")?.hasPrefix("\(name) is left to redis-cli, which ") == true)
    }
  }

  @Test func quotedInputIsUnquoted() throws {
    let words = try options("--quoted-input", "set", #""null-\x00-separated""#, "plain").command
    #expect(words == [Array("set".utf8), Array("null-\0-separated".utf8), Array("plain".utf8)])
    #expect(usage("--quoted-input", "get", "a b")?.contains("Invalid quoted string") == true)
    #expect(try options("--scan", "--quoted-pattern", #""\x01*""#).pattern == [1, 0x2A])
  }

  @Test func aMisspelledOptionIsGuessed() {
    #expect(usage("--read-onyl") == "Unknown option '--read-onyl'; did you mean --read-only?")
    #expect(usage("--jso") == "Unknown option '--jso'; did you mean --json?")
    #expect(usage("--nonsense") == "Unknown option '--nonsense'")
  }

  @Test func passwordsComeFromTheEnvironmentLast() throws {
    let variables = ["REDISCLI_AUTH": "env"]
    #expect(try options("ping", variables: variables).endpoint.password == Array("env".utf8))
    #expect(
      try options("-a", "cli", "ping", variables: variables).endpoint.password
        == Array("cli".utf8))
    #expect(try !options("ping", variables: variables).warnsOfPassword)
    #expect(try options("-u", "redis://:p@h").warnsOfPassword)
    #expect(try !options("-u", "redis://h").warnsOfPassword)
  }

  @Test func inputTakesThePlaceOfATag() throws {
    let server = try RedisServer()
    let run = try Run.bash(
      #"printf 'a\0b' | sesscli -X TAG mset TAG 1 k TAG; sesscli --no-raw get k"#,
      server)
    #expect(run.err == "")
    #expect(run.out == "OK\n\"a\\x00b\"\n")
  }
}
