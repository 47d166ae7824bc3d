/// Completion for bash 4.1 and later; it needs nothing of the package bash-completion.
enum BashCompletion {
  static var text: String {
    """
    # bash completion for sesscli, written by `sesscli --generate bash`
    _sesscli() {
      # Options that take a value, and what may stand there; those of a command behind its name.
      local -A values=(
    \(table(values))
      )
      local flags='
    \(ShellWords.options.flatMap(\.names).wrapped(indent: 4))
      '
      # Options of commands, and their second words.
      local -A options=(
    \(table(ShellWords.own.map(options)))
      )
      local -A second=(
    \(table([("help", ShellWords.topics)] + ShellWords.containers.map(second)))
      )
      local first=(
    \((ShellWords.own.map(\.name) + ShellWords.redis.map(\.name)).wrapped(indent: 4))
      )
    \(logic)
    complete -F _sesscli sesscli

    """
  }

  private static let logic = #"""
      local line=$COMP_LINE words=() word text i

      # bash has cut words at = and : as well; put them together again.
      for (( i = 0; i <= COMP_CWORD; i++ )); do
        word=${COMP_WORDS[i]}
        if (( i > 0 )) && [[ $line != [[:space:]]* ]]; then
          words[${#words[@]}-1]+=$word
        else
          words+=("$word")
        fi
        line=${line#*"$word"}
      done
      local last=$(( ${#words[@]} - 1 ))
      text=${words[last]}

      # Where the command is: behind the options and their values.
      local at=1 ended= command= option= offered=()
      while (( at < last )); do
        word=${words[at]}
        if [[ $word == -- ]]; then
          ended=1
          (( at += 1 ))
          break
        elif [[ $word != -?* ]]; then
          break
        elif [[ -n ${values[$word]} ]]; then
          option=$word
          (( at += 1 ))
        fi
        (( at += 1 ))
      done

      # What is to be completed: the value of an option, or a word among others.
      if (( at <= last )); then
        option=
        if (( at < last )); then
          command=${words[at],,}
          option="$command ${words[last-1]}"
        fi
        if [[ $text == --*=* && -z $ended ]]; then
          option="${command:+$command }${text%%=*}"
          text=${text#*=}
        fi
        [[ -z $option || -n ${values[$option]} ]] || option=
      fi

      COMPREPLY=()
      local before= kind
      if [[ -n $option ]]; then
        kind=${values[$option]}
        case $kind in
          files)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$text")
            ;;
          folders)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -d -- "$text")
            ;;
          hosts) mapfile -t COMPREPLY < <(compgen -A hostname -- "$text") ;;
          words\ *) offered=(${kind#words }) ;;
          list\ *)
            # Several, with commas between them.
            offered=(${kind#list })
            [[ $text == *,* ]] && before=${text%,*},
            compopt -o nospace
            ;;
        esac
      elif [[ -z $command ]]; then
        if [[ $text == -* && -z $ended ]]; then
          offered=($flags)
        else
          offered=("${first[@]}")
        fi
      elif [[ $text == -* ]]; then
        offered=(${options[$command]})
      elif (( at + 1 == last )); then
        offered=(${second[$command]})
      fi
      if (( ${#offered[@]} )); then
        local beginning=${text#"$before"}
        # Commands may be typed in capitals; options differ by them.
        [[ $text == -* ]] || beginning=${beginning,,}
        mapfile -t COMPREPLY < <(compgen -P "$before" -W "${offered[*]}" -- "$beginning")
      fi

      # Of the word, readline replaces what stands behind the last = or : alone. It keeps a @ where bash cuts.
      word=${COMP_WORDS[COMP_CWORD]}
      [[ $word == [=:] ]] && word=
      before=${text%"$word"}
      before=${before%@}
      COMPREPLY=("${COMPREPLY[@]#"$before"}")
    }
    """#

  private typealias Row = (name: String, words: [String])

  private static var values: [Row] {
    let own = ShellWords.own.flatMap { command in
      ShellWords.options(of: command).map { (command.name + " ", $0) }
    }
    return (ShellWords.options.map { ("", $0) } + own).flatMap { prefix, option -> [Row] in
      guard option.placeholder != nil else { return [] }
      return option.names.map { (prefix + $0, words(option.values)) }
    }
  }

  private static func words(_ values: ShellWords.Values) -> [String] {
    switch values {
    case .free: ["free"]
    case .files: ["files"]
    case .folders: ["folders"]
    case .hosts: ["hosts"]
    case .words(let words): ["words"] + words
    case .list(let words): ["list"] + words
    }
  }

  private static func options(_ command: Command) -> Row {
    (command.name, ShellWords.options(of: command).flatMap(\.names))
  }

  private static func second(_ name: String, _ subcommands: [ShellWords.Entry]) -> Row {
    (name, subcommands.map(\.name))
  }

  private static func table(_ rows: [Row]) -> String {
    rows.filter { !$0.words.isEmpty }.map { row in
      "    [\"\(row.name)\"]='" + row.words.wrapped(indent: 6).drop { $0 == " " } + "'"
    }.joined(separator: "\n")
  }
}
