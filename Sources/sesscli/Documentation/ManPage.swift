/// sesscli(1).
enum ManPage {
  /// Of the version.
  private static let date = "2026-11-28"

  static var text: String {
    var page = Roff(
      title: ["SESSCLI", "1", date, "sesscli \(Options.version)", "User Commands"])
    introduce(&page)
    describe(CommandLineOption.all, &page)
    describe(Command.all, &page)
    explainEnd(&page)
    explainSurroundings(&page)
    giveExamples(&page)
    return page.text
  }

  private static func introduce(_ page: inout Roff) {
    page.section("NAME")
    page.formatted("sesscli \\- terminal inspector for web sessions in Redis")
    page.section("SYNOPSIS")
    let name = Roff.bold("sesscli")
    page.formatted("\(name) [\(Roff.italic("options"))]")
    page.formatted(".br")
    page.formatted(
      "\(name) [\(Roff.italic("options"))] \(Roff.italic("command")) "
        + "[\(Roff.italic("argument"))...]"
    )
    page.formatted(".br")
    page.formatted("\(name) [\(Roff.italic("options"))] < \(Roff.italic("script"))")
    page.section("DESCRIPTION")
    page.paragraph(
      """
      sesscli is a client of Redis with redis-cli's options, commands and replies, and with \
      commands of its own for what web applications store there: decode shows what a session holds \
      and never executes it.
      """)
    page.paragraph(
      """
      On a terminal it is a prompt: TAB completes commands and key names, Ctrl-R searches the \
      history, Ctrl-C stops what runs, Ctrl-D leaves. With a command behind the options it runs \
      that alone. Otherwise it reads a command from each line of standard input; empty lines and \
      lines that begin with # are skipped, and an error is reported on standard error with its \
      line.
      """)
    page.paragraph(
      "Replies are formatted on a terminal and raw in a pipe, unless an option says otherwise.")
  }

  // MARK: The tables

  private static func describe(_ options: [CommandLineOption], _ page: inout Roff) {
    page.section("OPTIONS")
    page.paragraph("Options end at the first word that is none, or at --.")
    for section in CommandLineOption.Section.allCases {
      page.subsection(section.rawValue)
      for option in options where option.section == section {
        let names = option.names.map(Roff.bold).joined(separator: ", ")
        page.entry(([names] + value(option)).joined(separator: " "), option.summary)
      }
    }
  }

  private static func value(_ option: CommandLineOption) -> [String] {
    switch option.argument {
    case .none: []
    case .word(let name), .file(let name), .directory(let name), .secret(let name), .uri(let name):
      [Roff.italic(name)]
    case .choice(let words): [words.map(Roff.bold).joined(separator: "|")]
    }
  }

  private static func describe(_ commands: [Command], _ page: inout Roff) {
    page.section("COMMANDS")
    page.paragraph("Of its own, sesscli has these.")
    for command in commands {
      let tag =
        [Roff.bold(command.name)] + [command.arguments].filter { !$0.isEmpty }.map(Roff.italic)
      page.entry(tag.joined(separator: " "), command.summary.sentence + place(command))
      if command.options.isEmpty { continue }
      page.nested { page in
        for option in command.options {
          let tag =
            [Roff.bold(option.name)] + [option.value].filter { !$0.isEmpty }.map(Roff.italic)
          page.entry(tag.joined(separator: " "), option.summary.sentence)
        }
      }
    }
    page.paragraph(
      """
      Every other command goes to the server as it is. sesscli help COMMAND explains a command of \
      Redis without a server, sesscli help @GROUP lists a group of them.
      """)
  }

  private static func place(_ command: Command) -> String {
    switch command.places {
    case .everywhere: ""
    case .interactive: " At the prompt only."
    case .interactiveAndScripts: " At the prompt and in scripts."
    }
  }

  // MARK: What surrounds it

  private static func explainEnd(_ page: inout Roff) {
    page.section("EXIT STATUS")
    for code in ExitCode.allCases {
      page.entry(Roff.bold("\(code.rawValue)"), code.meaning.sentence)
    }
    page.paragraph("Ctrl-C outside the prompt ends sesscli by SIGINT, which shells show as 130.")
  }

  private static func explainSurroundings(_ page: inout Roff) {
    page.section("ENVIRONMENT")
    for variable in EnvironmentVariable.all {
      page.entry(Roff.bold(variable.name), variable.meaning)
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(Roff.bold).joined(separator: ", ")
    page.entry(
      locale, "The first that is set: text is UTF-8 unless it names another character set.")
    page.section("FILES")
    page.entry(
      Roff.italic("~/.sesscli_history"),
      "The lines typed at the prompt, without those that hold a password; readable by their "
        + "owner alone."
    )
    page.entry(
      [".redisclirc", ".sessclirc"].map { Roff.italic("~/" + $0) }.joined(separator: ", "),
      "Preferences of the prompt, a line that begins with :set each; the second file counts "
        + "where both say something."
    )
    page.entry(Roff.italic("~/.inputrc"), "Key bindings of the prompt, see readline(3).")
  }

  private static func giveExamples(_ page: inout Roff) {
    page.section("EXAMPLES")
    page.example("A prompt on another server's database 2:", ["sesscli -h redis.example -n 2"])
    page.example(
      "The users that are logged in, in a container, from what their sessions hold:",
      ["docker-compose exec -T redis sesscli decode 'session:*' | jq -r .user"])
    page.example(
      "A session that is a file, with each layer explained:",
      ["sesscli decode --stdin --explain < session"])
    page.example(
      "What a browser's cookie holds, and the session in Redis that it points to:",
      ["sesscli cookie --ask-secret --open 'session=...'"])
    page.example(
      "A script, to its first error:", ["sesscli -e < commands.txt > replies.txt"])
    page.section("SEE ALSO")
    page.formatted(".BR redis\\-cli (1),\n.BR redis\\-server (1),\n.BR readline (3)")
  }
}

extension String {
  /// With a capital and a full stop, where a list has neither.
  fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() + "." }
}
