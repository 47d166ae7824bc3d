/// A variable that sesscli reads, for help and the manual page.
struct EnvironmentVariable: Sendable {
  let name: String
  /// A sentence.
  let meaning: String

  static let all = [
    EnvironmentVariable(
      name: "REDISCLI_AUTH", meaning: "Password, when no option and no URI gives one."),
    EnvironmentVariable(
      name: "SESSCLI_SENTINEL_AUTH",
      meaning: "Password of the sentinels themselves, when --sentinel-pass gives none."),
    EnvironmentVariable(
      name: "REDISCLI_HISTFILE",
      meaning: "The history's file instead of ~/.sesscli_history; /dev/null keeps none."),
    EnvironmentVariable(
      name: "REDISCLI_RCFILE", meaning: "The file of preferences instead of ~/.redisclirc."),
    EnvironmentVariable(
      name: "SESSCLI_RCFILE", meaning: "The file of preferences instead of ~/.sessclirc."),
    EnvironmentVariable(
      name: "SESSCLI_SECRET",
      meaning: "A last secret for decode and cookie, after those of --secret and --secret-file."),
    EnvironmentVariable(
      name: "NO_COLOR", meaning: "When it is not empty, there are no colours."),
  ]
}
