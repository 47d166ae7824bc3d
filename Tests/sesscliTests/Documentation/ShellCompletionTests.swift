import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// The completions, generated from the tables, at work in the shells they are for: TAB is pressed,
/// and what the line has become is run, with a function in sesscli's place that shows its
/// arguments.
@Suite(.serialized) struct ShellCompletionTests {
  enum ShellProgram: String, CaseIterable { case bash, zsh, fish }

  /// What is typed before TAB, and the words that it becomes.
  static let lines: [(typed: String, words: [String])] = [
    ("confi", ["config"]), ("CONFI", ["config"]), ("deco", ["decode"]),
    ("-p 1 config rese", ["-p", "1", "config", "resetstat"]),
    ("-p 1 CONFIG RESE", ["-p", "1", "CONFIG", "resetstat"]),
    ("--quoted-i", ["--quoted-input"]),
    ("-e -h x --quoted-i", ["-e", "-h", "x", "--quoted-input"]),
    ("--show-pushes y", ["--show-pushes", "yes"]), ("--generate ba", ["--generate", "bash"]),
    ("--cacert cert", ["--cacert", "certificate.pem"]),
    ("--cacert=cert", ["--cacert=certificate.pem"]),
    ("-u redis://h:1/2 deco", ["-u", "redis://h:1/2", "decode"]),
    ("-a 'my pass' deco", ["-a", "my pass", "decode"]),
    ("decode --expl", ["decode", "--explain"]),
    ("-n 2 DECODE --expl", ["-n", "2", "DECODE", "--explain"]),
    ("decode key --secret-file cert", ["decode", "key", "--secret-file", "certificate.pem"]),
    ("decode --as pickled", ["decode", "--as", "pickled-form"]),
    ("decode --as zlib,pickled", ["decode", "--as", "zlib,pickled-form"]),
    ("help @stre", ["help", "@stream"]), ("help confi", ["help", "config"]),
    // Nothing is offered where keys, values and passwords stand.
    ("get cert", ["get", "cert"]), ("-a cert", ["-a", "cert"]), ("-a confi", ["-a", "confi"]),
    ("get --quoted-i", ["get", "--quoted-i"]), ("config get rese", ["config", "get", "rese"]),
    ("decode key confi", ["decode", "key", "confi"]),
  ]

  @Test(arguments: ShellProgram.allCases) func tabCompletes(_ shell: ShellProgram) throws {
    let home = try TemporaryFolder()
    let terminal = try open(shell, home)
    terminal.expect("ready> ", within: .seconds(60))
    for (typed, words) in Self.lines {
      try terminal.send("sesscli \(typed)\t\r")
      let shown = words.map { "<\($0)>" }.joined()
      guard terminal.expect("\(shown)\n", within: .seconds(60)) else {
        Issue.record("\(shell): sesscli \(typed)")
        return
      }
    }
  }

  private func open(_ shell: ShellProgram, _ home: TemporaryFolder) throws -> PTY {
    let program = try #require(
      Project.find(shell.rawValue), "no \(shell.rawValue): `make test` installs it")
    func write(_ text: String, _ name: String) throws {
      try text.write(toFile: home.path + "/" + name, atomically: true, encoding: .utf8)
    }
    try write(try generated(shell), "_sesscli")
    try write("", "certificate.pem")
    let arguments: [String]
    switch shell {
    case .bash:
      try write(
        """
        . ~/_sesscli
        sesscli() { printf '<%s>' "$@"; echo; }
        PS1='ready> '
        """, "rc")
      arguments = ["--noprofile", "--rcfile", home.path + "/rc", "-i"]
    case .zsh:
      try write(
        """
        fpath=(~ $fpath)
        autoload -Uz compinit
        compinit -D -u
        sesscli() { printf '<%s>' "$@"; echo }
        PS1='ready> '
        """, ".zshrc")
      arguments = ["-d", "-i"]
    case .fish:
      try write(
        """
        source ~/_sesscli
        function sesscli; printf '<%s>' $argv; echo; end
        function fish_prompt; echo -n 'ready> '; end
        set fish_greeting
        set fish_autosuggestion_enabled 0
        """, "rc")
      arguments = ["--no-config", "--private", "--init-command", "source ~/rc", "--interactive"]
    }
    return try PTY(program, arguments, columns: 120, directory: home.path, home: home)
  }

  private func generated(_ shell: ShellProgram) throws -> String {
    let run = try Run.sesscli("--generate", shell.rawValue)
    #expect(run.exitCode == 0)
    return run.out
  }

  // MARK: Whole

  /// Every word of a script's text, at anything but a letter, a digit or what names are made of.
  private func words(_ shell: ShellProgram) throws -> Set<Substring> {
    Set(
      try generated(shell).split {
        !($0.isLetter || $0.isNumber || "-_@".contains($0))
      })
  }

  @Test(arguments: ShellProgram.allCases) func everyOptionIsThere(_ shell: ShellProgram) throws {
    let lines = try generated(shell).split(separator: "\n")
    let words = try words(shell)
    for name in CommandLineOption.all.filter({ $0.section != .elsewhere }).flatMap(\.names) {
      switch shell {
      case .bash, .zsh: #expect(words.contains(name[...]), "\(name)")
      case .fish:
        let spelled =
          name.hasPrefix("--") ? " -l \(name.dropFirst(2)) " : " -s \(name.dropFirst()) "
        #expect(lines.contains { $0.contains(spelled) }, "\(name)")
      }
    }
  }

  @Test(arguments: ShellProgram.allCases) func everyCommandIsThere(_ shell: ShellProgram) throws {
    let words = try words(shell)
    for entry in CommandTable.all {
      for word in entry.name.lowercased().split(separator: " ") {
        #expect(words.contains(word), "\(entry.name)")
      }
    }
    for command in Command.all where command.places == .everywhere {
      #expect(words.contains(command.name[...]), "\(command.name)")
      for option in command.options {
        let name = shell == .fish ? option.name.dropFirst(2) : option.name[...]
        #expect(words.contains(name), "\(command.name) \(option.name)")
      }
    }
  }

  // MARK: Installing

  @Test func installPutsEachFileWhereItIsLookedFor() throws {
    let folder = try TemporaryFolder()
    let script = Project.root + "/scripts/install"
    let prefix = folder.path + "/usr"
    let placed = try Run.program(script, [Project.sesscli, prefix])
    #expect(placed.exitCode == 0, "\(placed.err)")
    #expect(try files(prefix) == Self.installed)
    let page = try String(contentsOfFile: prefix + "/share/man/man1/sesscli.1", encoding: .utf8)
    #expect(page == (try Run.sesscli("--generate", "man").out))
    #expect(FileManager.default.isExecutableFile(atPath: prefix + "/bin/sesscli"))
    #expect(try Run.program(script, ["--remove", prefix]).exitCode == 0)
    #expect(try files(prefix) == [])
  }

  private static let installed = [
    "bin/sesscli", "share/bash-completion/completions/sesscli",
    "share/fish/vendor_completions.d/sesscli.fish", "share/man/man1/sesscli.1",
    "share/zsh/site-functions/_sesscli",
  ]

  private func files(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: folder + "/" + $0, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }
}
