import Foundation
import Testing

@testable import sesscli

/// The manual page, generated from the tables.
@Suite struct ManPageTests {
  /// The page as mandoc formats it in ASCII, in lines of 200 columns.
  private func page() throws -> [String] {
    let source = try Run.sesscli("--generate", "man")
    #expect(source.exitCode == 0)
    let mandoc = try #require(Project.find("mandoc"), "no mandoc: `make test` installs it")
    let page = try Run.program(
      mandoc, ["-T", "ascii", "-O", "width=200"], stdin: source.stdout)
    // Bold and underlined, as printers did it: a character, a backspace, and it once more.
    var text: [Character] = []
    for character in page.out {
      if character == "\u{08}" { text.removeLast() } else { text.append(character) }
    }
    return String(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The lines under a heading, up to the next.
  private func section(_ name: String, of page: [String]) -> [String] {
    page.drop { $0 != name }.dropFirst().prefix { $0.isEmpty || $0.hasPrefix(" ") }
  }

  /// The lines of the section that begin with this, less their indentation.
  private func entries(_ start: String, in section: [String]) -> [Substring] {
    section.map { $0.drop { $0 == " " } }
      .filter { $0 == start || $0.hasPrefix(start + " ") || $0.hasPrefix(start + ", ") }
  }

  @Test func mandocFindsNothingToSay() throws {
    let mandoc = try #require(Project.find("mandoc"), "no mandoc: `make test` installs it")
    let source = try Run.sesscli("--generate", "man")
    let lint = try Run.program(mandoc, ["-T", "lint"], stdin: source.stdout)
    #expect(lint.out == "")
    #expect(lint.exitCode == 0)
  }

  @Test func sectionsStandInTheirUsualOrder() throws {
    let headings = try page().dropFirst().dropLast(2).filter { !$0.isEmpty && !$0.hasPrefix(" ") }
    #expect(
      headings == [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXIT STATUS", "ENVIRONMENT",
        "FILES", "EXAMPLES", "SEE ALSO",
      ])
  }

  @Test func everyOptionHasItsEntry() throws {
    let options = section("OPTIONS", of: try page())
    for option in CommandLineOption.all {
      let found = entries(option.names.joined(separator: ", "), in: options)
      #expect(!found.isEmpty, "\(option.names)")
      if let placeholder = option.placeholder {
        let name = placeholder.filter { $0 != "<" && $0 != ">" }
        #expect(found.contains { $0.contains(" \(name)") }, "\(option.names)")
      }
      let words = options.joined(separator: " ").split(separator: " ").joined(separator: " ")
      #expect(words.contains(option.summary), "\(option.names)")
    }
  }

  @Test func everyCommandHasItsEntry() throws {
    let commands = section("COMMANDS", of: try page())
    for command in Command.all {
      let title = [command.name, command.arguments].filter { !$0.isEmpty }.joined(separator: " ")
      #expect(!entries(title, in: commands).isEmpty, "\(command.name)")
      for option in command.options {
        let title = [option.name, option.value].filter { !$0.isEmpty }.joined(separator: " ")
        #expect(!entries(title, in: commands).isEmpty, "\(command.name) \(option.name)")
      }
    }
  }

  @Test func everyExitCodeAndVariableHasItsEntry() throws {
    let page = try page()
    let codes = section("EXIT STATUS", of: page)
    for code in ExitCode.allCases {
      #expect(entries("\(code.rawValue)", in: codes).count == 1, "\(code)")
    }
    let variables = section("ENVIRONMENT", of: page)
    for variable in EnvironmentVariable.all {
      #expect(entries(variable.name, in: variables).count == 1, "\(variable.name)")
      #expect(Options.help.contains(variable.name))
    }
  }

  /// Whatever the sources ask the environment for by one of these names is documented.
  @Test func noVariableIsForgotten() throws {
    let sources = Project.root + "/Sources/sesscli"
    var named: Set<String> = []
    for file in try FileManager.default.subpathsOfDirectory(atPath: sources)
    where file.hasSuffix(".swift") {
      let text = try String(contentsOfFile: sources + "/" + file, encoding: .utf8)
      named.formUnion(text.matches(of: /"((?:REDISCLI|SESSCLI)_[A-Z_]+)"/).map { String($0.1) })
    }
    #expect(named.count > 2)
    #expect(named.subtracting(EnvironmentVariable.all.map(\.name)) == [])
  }

  @Test func whatRoffWouldObeyIsText() {
    var page = Roff(title: ["A \"B\"", "1"])
    page.paragraph(".so /etc/passwd 'x' \\fB a\u{A0}~^` é 🫖")
    page.paragraph("use --no-raw, a throw-away or -1")
    #expect(
      page.text == """
        .TH "A \\(dqB\\(dq" "1"
        .PP
        \\&.so /etc/passwd \\(aqx\\(aq \\efB a\\[u00A0]\\(ti\\(ha\\(ga \\[u00E9] \\[u1FAD6]
        .PP
        use \\%\\-\\-no\\-raw, a throw-away or \\%\\-1

        """)
  }

  @Test func anUnknownDocumentIsAUsageError() throws {
    let run = try Run.sesscli("--generate", "powershell")
    #expect(run.exitCode == 2)
    #expect(run.err.contains("--generate takes one of man, bash, zsh, fish"))
  }
}
