import Testing

@testable import RedisClient

@Suite struct SyntaxTests {
  private func rest(_ syntax: Syntax, _ line: String) -> String? {
    syntax.after(line.split(separator: " ").map { Array($0.utf8) })?.description
  }

  @Test func everyRowOfTheTableIsReadAndWrittenBack() {
    for entry in CommandTable.all {
      #expect(entry.syntax.description == entry.arguments, "\(entry.name)")
      #expect(!entry.arguments.contains { "#{}".contains($0) }, "\(entry.name)")
    }
  }

  /// The arity is what the server itself counts; of some commands its manual knows no arguments, or
  /// calls each optional.
  @Test func noRowAsksForMoreWordsThanTheServer() {
    let unclear = ["CLIENT KILL", "COMMAND GETKEYS", "COMMAND GETKEYSANDFLAGS", "DEBUG"]
    for entry in CommandTable.all where !entry.isContainer && !unclear.contains(entry.name) {
      let least = abs(entry.arity) - entry.name.split(separator: " ").count
      #expect(entry.syntax.mayBeAbsent == (least == 0), Comment(rawValue: entry.name))
    }
  }

  @Test func choicesBindLooserThanWordsUnlessBraced() {
    #expect(
      Syntax(parsing: "[EX #seconds|KEEPTTL]")
        == .optional(
          .choice([
            .sequence([.literal("EX"), .value("seconds", isNumber: true)]), .literal("KEEPTTL"),
          ])))
    #expect(
      Syntax(parsing: "{LEFT|RIGHT} #timeout")
        == .sequence([
          .choice([.literal("LEFT"), .literal("RIGHT")]), .value("timeout", isNumber: true),
        ]))
    #expect(
      Syntax(parsing: "KEY|PATTERN ...", as: .values)
        == .repeated(.choice([.value("KEY"), .value("PATTERN")]), isOptional: false))
    #expect(
      Syntax(parsing: "a|b c", as: .words)
        == .choice([.literal("a"), .sequence([.literal("b"), .literal("c")])]))
  }

  @Test(arguments: ["[", "]", "{", "}", "|", "[[[", "a|", "... ...", "[a ...", "[]", "#", ""])
  func whatIsNotClosedEndsWithTheText(_ text: String) {
    _ = Syntax(parsing: text).description
    _ = Syntax(parsing: text, as: .values).description
    _ = Syntax(parsing: text).after([Array("a".utf8), Array("b".utf8)])
  }

  @Test func alternativesThatBeginAlikeStayOpen() {
    let syntax = Syntax(parsing: "hints|confirm on|confirm off", as: .words)
    #expect(rest(syntax, "confirm") == "on|off")
    #expect(rest(syntax, "confirm on") == "")
    #expect(rest(syntax, "confirm hints") == nil)
  }

  @Test func optionsComeInAnyNumber() {
    let options = Syntax.options([
      .literal("--json"), .sequence([.literal("--as"), .value("FORMAT")]),
    ])
    let syntax = Syntax.sequence([options, .repeated(.value("KEY"), isOptional: false)])
    #expect(rest(syntax, "") == "[options] KEY ...")
    #expect(rest(syntax, "--json") == "[options] KEY ...")
    #expect(rest(syntax, "--as") == "FORMAT [options] KEY ...")
    #expect(rest(syntax, "--as x") == "[options] KEY ...")
    #expect(rest(syntax, "--as=x") == "[options] KEY ...")
    #expect(rest(syntax, "--as x k") == "[options] [KEY ...]")
    #expect(rest(syntax, "k --as") == "FORMAT [options] [KEY ...]")
  }

  @Test func keysAreCounted() {
    let syntax = Syntax(parsing: "#numkeys key [key ...] [WEIGHTS #weight [#weight ...]]")
    #expect(rest(syntax, "2") == "key key [WEIGHTS weight [weight ...]]")
    #expect(rest(syntax, "9") == "key [key ...] [WEIGHTS weight [weight ...]]")
    #expect(rest(syntax, "2 a b") == "[WEIGHTS weight [weight ...]]")
    // A key may be called so.
    #expect(rest(syntax, "2 a weights") == "[WEIGHTS weight [weight ...]]")
    #expect(rest(syntax, "1 a WEIGHTS 1.5") == "[weight ...]")
    #expect(rest(syntax, "1 a b") == nil)
    #expect(rest(syntax, "9223372036854775807 a") != nil)
    #expect(rest(syntax, "9223372036854775808 a") != nil)
    let script = Syntax(parsing: "script #numkeys [key [key ...]] [arg [arg ...]]")
    #expect(rest(script, "s 0") == "[arg [arg ...]]")
    #expect(rest(script, "s 1") == "key [arg [arg ...]]")
    #expect(rest(script, "s 1 k a") == "[arg ...]")
  }

  @Test func theNextWordsAreKnown() {
    let syntax = Syntax(parsing: "[{NX|XX}] [COUNT #count] {*|id} field")
    #expect(syntax.next == Syntax.Next(literals: ["NX", "XX", "COUNT", "*"], values: ["id"]))
  }

  @Test func hugeWordsAndManyWordsAreNoBurden() {
    let huge = [UInt8](repeating: 0x31, count: 1 << 20)
    #expect(Syntax(parsing: "key #count").after([huge, huge]) == nil)
    let many = [[UInt8]](repeating: [0x61], count: 5000)
    #expect(Syntax(parsing: "key [key ...]").after(many)?.description == "[key ...]")
  }
}
