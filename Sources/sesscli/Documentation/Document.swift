/// What a package installs beside the binary, written from the tables of options and commands:
/// `--generate`.
enum Document: String, CaseIterable {
  /// The manual page.
  case man
  /// A shell's completion.
  case bash, zsh, fish

  var text: String {
    switch self {
    case .man: ManPage.text
    case .bash: BashCompletion.text
    case .zsh: ZshCompletion.text
    case .fish: FishCompletion.text
    }
  }
}
