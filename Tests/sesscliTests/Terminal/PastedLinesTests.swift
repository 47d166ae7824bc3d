import Testing

@testable import sesscli

@Suite struct PastedLinesTests {
  @Test(
    arguments: [
      ("ping", ["ping"]),
      ("", []),
      ("ping\nget k\n", ["ping", "get k"]),
      ("\n\n ping\n  \nget k", [" ping", "get k"]),
      ("set k \"{\n 1\n}\"\nget k", ["set k \"{\n 1\n}\"", "get k"]),
      ("set k '[\n1]' \nping", ["set k '[\n1]' ", "ping"]),
      // A quote without an end protects nothing.
      ("get it's\nping\npong", ["get it's", "ping", "pong"]),
      ("set a \"x\"\nset b \"y\"", ["set a \"x\"", "set b \"y\""]),
      ("get \"a\"b\nping", ["get \"a\"b", "ping"]),
    ])
  func newlinesInsideQuotesBelongToTheArgument(_ text: String, _ lines: [String]) {
    #expect(PastedLines.split(Array(text.utf8)) == lines.map { Array($0.utf8) })
  }
}
