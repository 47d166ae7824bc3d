import Testing

@testable import RedisClient
@testable import sesscli

@Suite struct CommandTraitsTests {
  /// What scripts send without looking at it must be what no rule is about.
  @Test func noRuleNamesAnOrdinaryCommand() {
    let ordinary = CommandTable.all.map { $0.name.split(separator: " ").map { Array($0.utf8) } }
      .filter { CommandTraits.isOrdinary($0[0]) }
    #expect(ordinary.count > 150)
    for words in ordinary {
      for command in [words, words + [Array("block".utf8), Array("off".utf8)]] {
        #expect(Conversation(command, inTransaction: false) == .ordinary)
        #expect(Conversation(command, inTransaction: true) == .ordinary)
        #expect(!CommandTraits.endsBatch(command))
        #expect(!CommandTraits.waits(command))
        #expect(!CommandTraits.isText(command))
      }
      #expect(Command.named(words[0], in: .interactive) == nil)
    }
  }

  @Test(arguments: ["SELECT", "select", "SeLeCt", "keys", "QUIT", "decode"])
  func theOthersAreLookedAtInAnyCase(name: String) {
    #expect(!CommandTraits.isOrdinary(Array(name.utf8)))
  }

  /// Servers may give a command another name; what ends so begins or ends a subscription.
  @Test func renamedSubscriptions() {
    func words(_ name: String) -> [[UInt8]] { [Array(name.utf8), Array("news".utf8)] }
    for name in ["app_SUBSCRIBE", "a-very-long-name-for-unsubscribe"] {
      #expect(CommandTraits.endsBatch(words(name)), "\(name)")
    }
    #expect(CommandTraits.isKnownByItsReply(words("a-very-long-name-for-UNSUBSCRIBE")))
    #expect(!CommandTraits.isKnownByItsReply(words("app_subscribe")))
    #expect(!CommandTraits.endsBatch(words("describe")))
  }

  @Test func wordsAreFoldedAsASCII() {
    #expect(lowercased(Array("GetRange[Z".utf8)) == "getrange[z")
    #expect(lowercased([0x47, 0xFF]) == "g\u{FFFD}")
    #expect(lowercased(Array("A-NAME-OF-MORE-THAN-15".utf8)) == "a-name-of-more-than-15")
    #expect(lowercased([]).isEmpty)
  }
}
