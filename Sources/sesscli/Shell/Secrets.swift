import RedisClient

/// Lines that hold a password or a key. They are never kept: not in the
/// file, where backups find them, nor in memory, where Ctrl-R shows them to whoever looks on.
enum Secrets {
  /// Whether a line as typed holds a secret. One that cannot be split is judged by the words that
  /// it seems to have: `auth "hunter2` was meant as AUTH.
  static func isSensitive(line: [UInt8]) -> Bool {
    if let words = try? Arguments.split(line) { return isSensitive(words: words) }
    let quotes: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: "'")]
    let words = line.split { $0 <= 0x20 }.map { $0.filter { !quotes.contains($0) } }
    return isSensitive(words: words.filter { !$0.isEmpty })
  }

  /// Whether a command holds a secret: the list of redis-cli 8 (`isSensitiveCommand`), without its
  /// demand that the rest of the command is right, Valkey's names, and the inspector's own.
  static func isSensitive(words: [[UInt8]]) -> Bool {
    if isCommandLine(words) { return true }
    // Only names are compared: long words are not folded.
    let isRepeated = words.count > 1 && Arguments.isRepeatCount(words[0])
    var words = words.dropFirst(isRepeated ? 1 : 0)
      .map { $0.count <= longestName ? lowercased($0) : "" }[...]
    guard let command = words.popFirst() else { return false }
    let subcommand = words.first ?? ""
    switch command {
    case "auth": return true
    case "acl": return ["setuser", "deluser", "getuser"].contains(subcommand)
    case "config": return subcommand == "set" && words.contains(where: parameters.contains)
    case "hello": return words.contains("auth")
    case "migrate": return words.prefix { $0 != "keys" }.contains { $0 == "auth" || $0 == "auth2" }
    case "sentinel":
      return (subcommand == "config" || subcommand == "set")
        && words.contains(where: sentinelParameters.contains)
    // Own commands.
    case "decode", "cookie":
      return words.contains { $0 == "--secret" || $0.hasPrefix("--secret=") }
    case "connect": return words.count > 2 || words.contains(where: hasCredentials)
    default: return false
    }
  }

  /// Whether the words are a whole command line with a secret, typed at the prompt by mistake, also
  /// behind `sudo` or `docker exec` or as one word for `ssh` and `sh -c`.
  private static func isCommandLine(_ words: [[UInt8]]) -> Bool {
    // The end of a long word matters in URIs only, which are shorter.
    let words = words.flatMap { word in
      word.prefix(longestURI).split(separator: UInt8(ascii: " ")).map { lowercased(Array($0)) }
    }
    if words.contains(where: { word in variables.contains { word.contains($0) } }) { return true }
    let program = words.firstIndex { word in
      programs.contains(String(word.split(separator: "/").last ?? ""))
    }
    guard let program else { return false }
    return words[(program + 1)...].contains { word in
      hasCredentials(word) || options.contains { word.hasPrefix($0) }
    }
  }

  /// Longer words are no names.
  private static let longestName = 64
  private static let longestURI = 4096

  private static let programs: Set<String> = [
    "sesscli", "redis-cli", "redis-benchmark", "valkey-cli", "valkey-benchmark",
  ]

  private static let variables = ["rediscli_auth=", "sesscli_sentinel_auth=", "sesscli_secret="]

  private static let parameters: Set<String> = [
    "masterauth", "masteruser", "primaryauth", "primaryuser", "requirepass", "tls-key-file-pass",
    "tls-client-key-file-pass",
  ]

  private static let sentinelParameters: Set<String> = [
    "sentinel-pass", "sentinel-user", "auth-pass", "auth-user",
  ]

  /// Also with their value in the same word: `--pass=x`, `-ax`.
  private static let options = ["-a", "--pass", "--secret", "--sentinel-pass"]

  /// Whether the word is a URI with a user or a password: `redis://:secret@host`.
  private static func hasCredentials(_ word: String) -> Bool {
    word.utf8.contains(UInt8(ascii: "@")) && word.contains("://")
  }
}
