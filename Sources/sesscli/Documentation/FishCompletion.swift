/// Completion for fish 3 and later.
enum FishCompletion {
  static var text: String {
    let lines =
      ShellWords.options.map { complete($0, where: "__sesscli_at command") }
      + ShellWords.own.map { command($0.name, $0.summary) }
      + ShellWords.redis.map { command($0.name, $0.summary) }
      + ShellWords.own.flatMap { command in
        ShellWords.options(of: command).map { complete($0, where: "__sesscli_in \(command.name)") }
      }
      + ["complete -c sesscli -n '__sesscli_at help' -a \(ShellWords.topics.quoted)"]
      + ShellWords.containers.flatMap { name, subcommands in
        subcommands.map { second($0, of: name) }
      }
    return "\(functions)\n\(lines.joined(separator: "\n"))\n"
  }

  private static var functions: String {
    let valued = ShellWords.options.filter { $0.placeholder != nil }.flatMap(\.names)
    return """
      # fish completion for sesscli, written by `sesscli --generate fish`

      # The words before the cursor, from the command on: without sesscli, its options and their values.
      function __sesscli_words
          set -l words (commandline -opc)
          set -e words[1]
          while set -q words[1]
              switch $words[1]
                  case --
                      set -e words[1]
                      break
                  case \(valued.joined(separator: " "))
                      set -e words[1]
                      set -q words[1]; and set -e words[1]
                  case '-?*'
                      set -e words[1]
                  case '*'
                      break
              end
          end
          set -q words[1]; and printf '%s\\n' $words
      end

      # Whether the next word is the command, or the first one behind the command of this name.
      function __sesscli_at
          set -l words (__sesscli_words)
          if test $argv[1] = command
              test (count $words) -eq 0
          else
              test (count $words) -eq 1; and test (string lower -- $words[1]) = $argv[1]
          end
      end

      # Whether the cursor is somewhere behind the command of this name.
      function __sesscli_in
          set -l words (__sesscli_words)
          test (count $words) -gt 0; and test (string lower -- $words[1]) = $argv[1]
      end

      complete -c sesscli -f
      """
  }

  private static func complete(_ option: ShellWords.Option, where condition: String) -> String {
    var line = "complete -c sesscli -n '\(condition)'"
    for name in option.names {
      line += name.hasPrefix("--") ? " -l \(name.dropFirst(2))" : " -s \(name.dropFirst())"
    }
    if option.placeholder != nil { line += " " + value(option.values) }
    return line + " -d \(option.summary.quoted)"
  }

  private static func value(_ values: ShellWords.Values) -> String {
    switch values {
    case .free: "-x"
    case .files: "-r -F"
    case .folders: "-x -a '(__fish_complete_directories)'"
    case .hosts: "-x -a '(__fish_print_hostnames)'"
    case .words(let words): "-x -a \(words.quoted)"
    case .list(let words):
      "-x -a '(__fish_complete_list , \"string join \\\\\\n \(words.joined(separator: " "))\")'"
    }
  }

  private static func command(_ name: String, _ summary: String) -> String {
    "complete -c sesscli -n '__sesscli_at command' -a \(name) -d \(summary.quoted)"
  }

  private static func second(_ entry: ShellWords.Entry, of name: String) -> String {
    "complete -c sesscli -n '__sesscli_at \(name)' -a \(entry.name) -d \(entry.summary.quoted)"
  }
}

extension String {
  /// A word of fish.
  fileprivate var quoted: String {
    "'" + replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}

extension [String] {
  /// Several words as one of fish.
  fileprivate var quoted: String { joined(separator: " ").quoted }
}
