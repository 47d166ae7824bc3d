import Foundation

@testable import SessionFormats

extension Junk {
  static let documents = [
    Junk(text: "CSV") { numbers in
      rows(&numbers) { numbers in
        "\(word(&numbers)),\(numbers.next() % 1000),\"\(sentence(&numbers))\",\(word(&numbers))"
      }
    },
    Junk(text: "tab-separated") { numbers in
      rows(&numbers) { "\(word(&$0))\t\($0.next() % 1000)\t\(word(&$0))" }
    },
    Junk(text: "HTML") { numbers in
      """
      <!DOCTYPE html>\n<html lang="en"><head><title>\(sentence(&numbers))</title></head>
      <body class="\(word(&numbers))"><p id=p\(numbers.next() % 9)>\(sentence(&numbers))<br/></p></body></html>
      """
    },
    Junk(text: "XML") { numbers in
      """
      <?xml version="1.0" encoding="UTF-8"?>\n<\(word(&numbers)) xmlns="urn:x">
        <item id="\(numbers.next() % 100)">\(sentence(&numbers))</item></\(word(&numbers))>
      """
    },
    Junk(text: "YAML") { numbers in
      "---\n"
        + rows(&numbers) { "\(word(&$0)): \(sentence(&$0))\n  - \(word(&$0)): \($0.next() % 100)" }
    },
    Junk(text: "INI and TOML") { numbers in
      "[\(word(&numbers))]\n" + rows(&numbers) { "\(word(&$0))=\(word(&$0))\n; \(sentence(&$0))" }
    },
    Junk(text: "Lua") { numbers in
      """
      local v = redis.call('GET', KEYS[1])\nif v == false then return \(numbers.next() % 10) end
      redis.call('SET', KEYS[1], '\(word(&numbers))') -- \(sentence(&numbers))\nreturn {v, ARGV[1]}
      """
    },
    Junk(text: "JavaScript") { numbers in
      """
      const \(word(&numbers)) = {a: \(numbers.next() % 10), 'b': [1, 2]}; // \(sentence(&numbers))
      export default (x) => x ?? `${\(word(&numbers))}`;
      """
    },
    Junk(text: "PHP") { numbers in
      "<?php\n$\(word(&numbers)) = ['a' => \(numbers.next() % 10)]; // \(sentence(&numbers))\necho \"x\";"
    },
    Junk(text: "Python") { numbers in
      "(\(word(&numbers)), {'a': \(numbers.next() % 100), 'b': [None, True]})"
    },
    Junk(text: "SQL") { numbers in
      "SELECT \(word(&numbers)), COUNT(*) FROM \(word(&numbers)) WHERE id = \(numbers.next() % 100);"
    },
    Junk(text: "logs") { numbers in
      rows(&numbers) {
        "2023-11-14 22:13:20,\($0.next() % 1000) [INFO] \(word(&$0)): \(sentence(&$0))"
      }
    },
    Junk(text: "headers") { numbers in
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-\(word(&numbers)): \(word(&numbers))\r\n\r\n"
    },
    Junk(text: "JSON", ["JSON"]) { json(&$0) },
    Junk(text: "JSON that was cut off") { numbers in
      let text = json(&numbers)
      return String(text.prefix(.random(in: 1..<text.count, using: &numbers)))
    },
    Junk(text: "JSON with something behind it") { json(&$0) + word(&$0) },
    Junk(text: "JSON that people write") { numbers in
      "{\(word(&numbers)): '\(word(&numbers))', // \(sentence(&numbers))\n \"a\": 0x\(numbers.next() % 100),}"
    },
  ]

  /// What applications keep in Redis besides sessions.
  static let values = [
    Junk(text: "locks and owners") { numbers in
      [
        "\(word(&numbers))-\(numbers.next() % 10)|\(numbers.next() % 65_536)",
        "web\(numbers.next() % 10).example.com|\(numbers.next() % 65_536)",
        "\(word(&numbers)):\(numbers.next() % 65_536)", "\(word(&numbers))@\(word(&numbers))",
        "|\(word(&numbers))|", "\(numbers.next() % 100)|\(numbers.next() % 100)", "LOCK", "1", "OK",
        "s:1", "i:1",
      ].randomElement(using: &numbers) ?? ""
    },
    Junk(text: "counters and times") { numbers in
      [
        "\(numbers.next() % 1000)", "-\(numbers.next() % 1000)", "\(numbers.next())",
        "\(1_700_000_000_000 + numbers.next() % 100_000_000)",
        "\(1_700_000_000 + numbers.next() % 1_000_000).123456",
        "+\(numbers.next() % 100)", "0\(numbers.next() % 100)", "nan", "inf", "3.0e5", "0x1f",
        "1,234",
      ].randomElement(using: &numbers) ?? ""
    },
    Junk(text: "short words") { numbers in
      String(
        (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
          Character(Unicode.Scalar(UInt8.random(in: 0x21...0x7E, using: &numbers)))
        })
    },
    Junk(text: "parts of formats") { numbers in
      [
        "a:\(numbers.next() % 9):{", "O:8:\"stdClass\"", "i:\(numbers.next() % 100)", "N", "b:1",
        "s:3:\"ab\";",
        "user|i:\(numbers.next() % 9)", "!\(word(&numbers))?\(word(&numbers))", "eyJhIjox",
        "2|1:0|10:\(numbers.next() % 10_000_000_000)|3:\(word(&numbers))",
        "Fe26.2*\(word(&numbers))*",
        "v2.\(word(&numbers))", "gAAAAA\(word(&numbers))", "SFMyNTY.\(word(&numbers))",
        "s:\(word(&numbers)).x",
        "H4sI\(word(&numbers))", "rO0AB\(word(&numbers))", "BAh\(word(&numbers))",
        "gAJ\(word(&numbers))",
        "\(word(&numbers))--\(word(&numbers))", "(dp0\n\(word(&numbers))", "cos\nsystem\n",
        "$D = {};",
        ":gz:\(word(&numbers))", "x\u{1}\(word(&numbers))", "pst0\(word(&numbers))",
        "PK\(word(&numbers))",
        "%PDF-1.\(word(&numbers))", "GIF89a \(word(&numbers))", "Obj\(word(&numbers))",
        "NPY \(word(&numbers))",
        "SQLite format 3 \(word(&numbers))", ":)\n\(word(&numbers))", "CfDJ8\(word(&numbers))",
      ].randomElement(using: &numbers) ?? ""
    },
    Junk(text: "coordinates and ranges") { numbers in
      [
        "\(numbers.next() % 90).\(numbers.next() % 1_000_000),\(numbers.next() % 180).\(numbers.next() % 1_000_000)",
        "[\(word(&numbers))]", "{\(word(&numbers))}", "(\(word(&numbers)))", "<\(word(&numbers))>",
        "a..b", "1-2-3",
        "#\(hexText(numbers.bytes(3)))", "\(numbers.next() % 100)%", "C:\\\(word(&numbers))\\x",
        "*/5 * * * *",
      ].randomElement(using: &numbers) ?? ""
    },
  ]

  /// Files: the headers of images are named, whatever follows them.
  static let files = [
    Junk("JPEG heads", ["JPEG image"]) { [0xFF, 0xD8, 0xFF, 0xE0] + junk(&$0) },
    Junk("PNG heads", ["PNG image"]) {
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + junk(&$0)
    },
    Junk("GIF heads", ["GIF image"]) { Array("GIF89a\u{1}\0\u{1}\0\u{80}\0\0".utf8) + junk(&$0) },
    Junk("PDF heads", ["PDF document"]) { Array("%PDF-1.7\n%".utf8) + junk(&$0) },
    Junk("WebP heads", ["WebP image"]) { Array("RIFF$\u{1}\0\0WEBPVP8 ".utf8) + junk(&$0) },
    Junk("other files", ["ELF binary", "ZIP archive", "Lua bytecode", "SQLite database"]) {
      numbers in
      let heads: [[UInt8]] = [
        [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0], [0x50, 0x4B, 3, 4, 20, 0],
        [0x1B, 0x4C, 0x75, 0x61, 0x54],
        [0x25, 0x21, 0x50, 0x53], [0, 0, 1, 0, 1, 0], [0x4D, 0x5A, 0x90, 0],
        [0xCA, 0xFE, 0xBA, 0xBE],
        [0x49, 0x44, 0x33, 4, 0], [0, 0, 0, 0x20, 0x66, 0x74, 0x79, 0x70],
        [0x77, 0x4F, 0x46, 0x32],
        [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], [0x52, 0x61, 0x72, 0x21, 0x1A, 7],
        [0x1F, 0x8B, 8, 0],
        [0x78, 0x9C], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0],
        [0x42, 0x5A, 0x68, 0x39],
        [4, 0x22, 0x4D, 0x18], [0x80, 4, 0x95], [0x83, 0x74], [4, 8], [0xAC, 0xED, 0, 5],
        [0, 0, 0, 2],
        [5, 11, 3], [2, 0, 0, 1], [0, 0x11], [1, 0],
      ]
      return (heads.randomElement(using: &numbers) ?? []) + junk(&numbers)
    },
  ]

  // MARK: Parts

  private static let vocabulary =
    """
    the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you
    were all her she there would their we him been has when who will more no if out so said what up its about into than them
    session user cart token order price error cache value name login größer façade naïve Ελλάδα мир 漢字 🙂 user_id admin x y
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  static func word(_ numbers: inout SeededNumbers) -> String {
    vocabulary.randomElement(using: &numbers) ?? ""
  }

  static func sentence(_ numbers: inout SeededNumbers) -> String {
    (0..<Int.random(in: 1...12, using: &numbers)).map { _ in word(&numbers) }.joined(separator: " ")
  }

  private static func rows(
    _ numbers: inout SeededNumbers, _ row: (inout SeededNumbers) -> String
  ) -> String {
    (0..<Int.random(in: 1...5, using: &numbers)).map { _ in row(&numbers) }.joined(separator: "\n")
  }

  private static func junk(_ numbers: inout SeededNumbers) -> [UInt8] {
    numbers.bytes(.random(in: 32...120, using: &numbers))
  }

  private static func json(_ numbers: inout SeededNumbers) -> String {
    """
    {"\(word(&numbers))":\(numbers.next() % 100),"list":["\(sentence(&numbers))",null,-1.5e3],\
    "map":{"t":true,"\(word(&numbers))":"\\u00e9\\n"}}
    """
  }
}
