/// Completion for zsh, to be found as `_sesscli` in `fpath`.
enum ZshCompletion {
  static var text: String {
    """
    #compdef sesscli
    # zsh completion for sesscli, written by `sesscli --generate zsh`

    _sesscli() {
      local curcontext=$curcontext state line
      typeset -A opt_args
      _arguments -C -S \\
    \(specifications(ShellWords.options, indent: 4))
        '(-): :->command' \\
        '(-)*:: :->arguments' && return
      case $state in
        command) _sesscli_commands ;;
        arguments) _sesscli_arguments ;;
      esac
    }

    _sesscli_commands() {
      local -a own redis
      own=(
    \(described(ShellWords.own.map { .init(name: $0.name, summary: $0.summary) }, indent: 4))
      )
      redis=(
    \(described(ShellWords.redis, indent: 4))
      )
      _describe -t own-commands 'own command' own -M 'm:{A-Z}={a-z}'
      _describe -t redis-commands 'Redis command' redis -M 'm:{A-Z}={a-z}'
    }

    _sesscli_arguments() {
      local -a second
      case ${(L)words[1]} in
    \(ShellWords.own.filter { !$0.options.isEmpty }.map(arguments).joined())\
        help)
          second=(
    \(ShellWords.topics.wrapped(indent: 8))
          )
          ;;
    \(ShellWords.containers.map(second).joined())\
      esac
      if (( CURRENT == 2 && $#second )); then
        _describe -t subcommands subcommand second -M 'm:{A-Z}={a-z}'
      else
        _message 'argument'
      fi
    }

    _sesscli "$@"

    """
  }

  private static func arguments(_ command: Command) -> String {
    """
        \(command.name))
          _arguments -S \\
    \(specifications(ShellWords.options(of: command), indent: 8))
            '*:argument:( )' && return
          ;;

    """
  }

  private static func second(_ name: String, _ subcommands: [ShellWords.Entry]) -> String {
    """
        \(name))
          second=(
    \(described(subcommands, indent: 8))
          )
          ;;

    """
  }

  /// What `_arguments` takes, one option or spelling on each line.
  private static func specifications(_ options: [ShellWords.Option], indent: Int) -> String {
    options.flatMap { option in
      let others = option.names.count > 1 ? "(\(option.names.joined(separator: " ")))" : ""
      return option.names.map { name in
        var text = others + name
        // A value in the same word, as in --pass=x, is taken by long names.
        if option.placeholder != nil, name.hasPrefix("--") { text += "=" }
        text += "[" + option.summary.escaping("\\[]") + "]"
        if let placeholder = option.placeholder {
          text += ":\(placeholder.escaping("\\:")):\(action(option.values))"
        }
        return String(repeating: " ", count: indent) + text.quoted + " \\"
      }
    }.joined(separator: "\n")
  }

  private static func action(_ values: ShellWords.Values) -> String {
    switch values {
    case .free: " "
    case .files: "_files"
    case .folders: "_files -/"
    case .hosts: "_hosts"
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .list(let words): "_values -s , word \(words.joined(separator: " "))"
    }
  }

  /// What `_describe` takes: `name:summary` on each line.
  private static func described(_ entries: [ShellWords.Entry], indent: Int) -> String {
    entries.map { entry in
      String(repeating: " ", count: indent)
        + (entry.name.escaping("\\:") + ":" + entry.summary.escaping("\\:")).quoted
    }.joined(separator: "\n")
  }
}

extension String {
  /// With a backslash before each of some characters.
  fileprivate func escaping(_ characters: String) -> String {
    reduce(into: "") { text, character in
      if characters.contains(character) { text.append("\\") }
      text.append(character)
    }
  }

  /// A word of the shell.
  fileprivate var quoted: String { "'" + replacing("'", with: #"'\''"#) + "'" }
}
