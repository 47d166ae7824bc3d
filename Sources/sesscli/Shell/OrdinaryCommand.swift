import RedisClient

extension CommandTraits {
  /// Whether no rule names the command and it is not one of the inspector's own, so that it is sent
  /// and answered without looking at it: scripts are thousands of those.
  static func isOrdinary(_ word: [UInt8]) -> Bool {
    let name = lowercased(word)
    return !CommandFacts.of(word).isSpecial && !Command.isSetting(word)
      && !Command.all.contains { $0.isNamed(name) }
  }
}
