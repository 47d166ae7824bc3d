import Testing

@testable import SessionFormats

@Suite struct LayerTests {
  private func unwrap(
    _ layer: Layer, _ bytes: [UInt8], limit: Int = Limits.output
  ) throws(PayloadError) -> [UInt8] {
    try layer.unwrap(bytes, Context(), limit).bytes
  }

  private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  // MARK: Base64 and hex

  /// RFC 4648, section 10, and the URL alphabet, with and without padding.
  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
    ("Zm9vYg", "foob"),
    ("Zm9vYmE", "fooba"), ("Pz8/Pj4+", "???>>>"), ("Pz8_Pj4-", "???>>>"),
    ("Zm9v\r\nYmFy\r\n", "foobar"),
    ("Zm8=\n", "fo"),
  ])
  func base64(encoded: String, plain: String) throws {
    #expect(try unwrap(.base64, text(encoded)) == text(plain))
  }

  @Test(arguments: [
    ("Zm9vY", 5, "base64 ends within a group of 4 characters"),
    ("Zg=", 3, "base64 ends within a group of 4 characters"),
    ("Zm9v=", 5, "base64 ends within a group of 4 characters"),
    ("Zm9v====", 8, "base64 ends within a group of 4 characters"),
    ("====", 4, "base64 ends within a group of 4 characters"),
    ("Zg==Zg==", 4, "base64 goes on after its padding"),
    ("Zh==", 4, "the last character of the base64 has unused bits set"),
    ("Zm9", 3, "the last character of the base64 has unused bits set"),
    ("Pz8/Pj4-", 3, "0x2f is not in base64's url alphabet"),
    ("a b=", 1, "0x20 is not in base64's standard alphabet"),
  ])
  func base64Errors(encoded: String, offset: Int, reason: String) {
    #expect(throws: PayloadError(at: offset, reason)) { try unwrap(.base64, text(encoded)) }
  }

  @Test func hexadecimal() throws {
    #expect(try unwrap(.hex, text("00fFA9\n")) == [0, 255, 0xA9])
    #expect(throws: PayloadError(at: 3, "an odd number of hexadecimal digits, 3")) {
      try unwrap(.hex, text("00f"))
    }
    #expect(throws: PayloadError(at: 2, "0x67 is not a hexadecimal digit")) {
      try unwrap(.hex, text("00g0"))
    }
  }

  @Test func encodingsKeepToTheLimit() {
    for (layer, bytes) in [(Layer.base64, text("Zm9vYmFy")), (.hex, text("666f6f626172"))] {
      let error = failure { () throws(PayloadError) in _ = try unwrap(layer, bytes, limit: 2) }
      #expect(error?.isLimit == true)
    }
  }

  // MARK: zlib and gzip

  /// zlib.compress(b"hello, hello, hello") of CPython.
  private let hello = hex("789ccb48cdc9c9d751c840a200442806d5")

  @Test func zlib() throws {
    #expect(Layer.zlib.recognizes(hello))
    #expect(try unwrap(.zlib, hello) == text("hello, hello, hello"))
  }

  @Test func zlibIsCheckedToTheLastByte() {
    var damaged = hello
    damaged[hello.count - 1] ^= 1
    #expect(throws: PayloadError(at: hello.count, "incorrect data check")) {
      try unwrap(.zlib, damaged)
    }
    #expect(throws: PayloadError(at: hello.count, "1 trailing byte after the stream")) {
      try unwrap(.zlib, hello + [0])
    }
    for count in 1..<hello.count {
      #expect(throws: PayloadError(at: count, "the compressed stream ends before its end")) {
        try unwrap(.zlib, Array(hello.prefix(count)))
      }
    }
    #expect(throws: PayloadError(at: 2, "incorrect header check")) {
      try unwrap(.zlib, [0x78, 0x9D] + hello.dropFirst(2))
    }
    // A preset dictionary (FDICT).
    #expect(throws: PayloadError(at: 2, "the stream needs a preset dictionary")) {
      try unwrap(.zlib, hex("78bb 00000001 00"))
    }
  }

  @Test func outputStopsAtTheLimit() throws {
    #expect(try unwrap(.zlib, hello, limit: 19).count == 19)
    let error = failure { () throws(PayloadError) in _ = try unwrap(.zlib, hello, limit: 18) }
    #expect(error?.isLimit == true)
    #expect(error?.reason.contains("18 bytes") == true)
  }

  /// gzip.GzipFile("greeting.txt", mtime=1700000000) of "hello ", then gzip.compress(b"world"), by
  /// CPython.
  private let first = hex(
    "1f8b080800f1536502ff6772656574696e672e74787400cb48cdc9c9570000f6f981ed06000000")
  private let second = hex("1f8b08000000000002032bcf2fca4901004311773a05000000")

  @Test func gzip() throws {
    let unwrapped = try Layer.gzip.unwrap(first + second, Context(), Limits.output)
    #expect(unwrapped.bytes == text("hello world"))
    #expect(
      unwrapped.facts == [
        Fact("name", "greeting.txt"), Fact("modified", "2023-11-14T22:13:20Z"),
        Fact("members", "2"),
      ])
    #expect(try Layer.gzip.unwrap(second, Context(), 5).facts.isEmpty)
  }

  @Test func gzipIsCheckedToTheLastByte() {
    for count in 1..<first.count {
      #expect(throws: PayloadError.self) { try unwrap(.gzip, Array(first.prefix(count))) }
    }
    for count in 2..<second.count {
      #expect(throws: PayloadError.self) { try unwrap(.gzip, first + second.prefix(count)) }
    }
    var damaged = second
    damaged[second.count - 5] ^= 1
    #expect(throws: PayloadError(at: second.count - 4, "incorrect data check")) {
      try unwrap(.gzip, damaged)
    }
    #expect(throws: PayloadError(at: second.count, "3 trailing bytes after the stream")) {
      try unwrap(.gzip, second + [0, 0, 0])
    }
    let error = failure { () throws(PayloadError) in
      _ = try unwrap(.gzip, first + second, limit: 10)
    }
    #expect(error?.isLimit == true)
  }

  @Test func layersThatProveThemselvesComeFirst() {
    let proven = Layer.all.map(\.isSelfEvident)
    #expect(proven == proven.filter { $0 } + proven.filter { !$0 })
  }
}
