import Testing

@testable import SessionFormats

@Suite struct FactTests {
  /// Facts stand in one line with commas between them: words of a payload must not pass for facts.
  @Test(arguments: [
    ("ada", "user ada"), ("Ada Löwe", "user Ada Löwe"),
    ("ada, signature valid", "user \"ada, signature valid\""), (" ada", "user \" ada\""),
    ("", "user \"\""), ("a\"b\\", "user \"a\\\"b\\\\\""),
  ])
  func wordsOfThePayloadStayApart(word: String, phrase: String) {
    let fact = Fact("user", word: word)
    #expect(fact.phrase == phrase)
    #expect(fact.text == word)
  }

  @Test func ownWordsAreNotQuoted() {
    #expect(
      Fact("signature", "valid, secret 1").phrase == "signature valid, secret 1")
  }

  @Test func theKeyIDOfATokenIsItsWriters() throws {
    // {"alg":"HS256","kid":"a, signature matches secret 1"} and {"u":1}
    let head =
      "eyJhbGciOiJIUzI1NiIsImtpZCI6ImEsIHNpZ25hdHVyZSBtYXRjaGVzIHNlY3JldCAxIn0"
    let token = "\(head).eyJ1IjoxfQ.\(String(repeating: "A", count: 43))"
    let decoded = try Decoded(detecting: Array(token.utf8))
    #expect(
      decoded.layers[0].facts[1].phrase == "key id \"a, signature matches secret 1\"")
  }
}
