import Testing

@testable import SessionFormats

/// What real compressors wrote: cut off, damaged, and with less room than it takes. `StoreTests`
/// compares what is inside.
@Suite struct CompressionTests {
  static let payloads = StoreManifest.all.filter { $0.folder == "compression" && $0.file != nil }
  private static let ends = "the compressed stream ends before its end"

  /// The outermost layer of a payload, as its manifest names it.
  private func outermost(
    _ payload: StorePayload
  ) throws -> (layer: Layer, bytes: [UInt8], inside: Unwrapped) {
    let chain = try Chain(payload.chain ?? "")
    let layer = try #require(chain.layers.first)
    let bytes = try payload.bytes(of: try #require(payload.file))
    return (layer, bytes, try layer.unwrap(bytes, Context(), Limits.output))
  }

  private func unwrap(_ layer: Layer, _ bytes: [UInt8]) throws(PayloadError) -> [UInt8] {
    try layer.unwrap(bytes, Context(), Limits.output).bytes
  }

  private func reason(_ layer: Layer, _ bytes: [UInt8]) -> String? {
    failure { () throws(PayloadError) in _ = try unwrap(layer, bytes) }?.description
  }

  @Test func everyCompressionHasPayloads() throws {
    #expect(Self.payloads.count > 70)
    let layers = Set(
      try Self.payloads.flatMap { try Chain($0.chain ?? "").layers.map(\.name) })
    let others = ["zlib", "gzip", "hex", "base64", "form"]
    let compressions = Layer.all.map(\.name).filter {
      !others.contains($0) && Self.names.contains($0)
    }
    #expect(layers.isSuperset(of: compressions), "\(layers)")
  }

  private static let names = [
    "zstd", "lz4", "xz", "bzip2", "lzma", "snappy-frame", "phpredis-lz4", "cm", "percent",
    "lz4-block", "snappy", "lzf", "deflate", "brotli",
  ]

  @Test func namesThatUsersType() throws {
    for name in Self.names + ["deflate", "cm gz", "Cm l4", "LZ4 block", "phpredis LZ4"] {
      #expect(try Chain("\(name),json").layers.count == 1, "\(name)")
    }
  }

  // MARK: Damage

  @Test(arguments: payloads)
  func truncatedAtEveryOffset(payload: StorePayload) throws {
    let (layer, bytes, whole) = try outermost(payload)
    // Where what remains is whole: streams in a row, and what has no end of its own.
    let mayBeWhole =
      whole.facts.contains { $0.name != "framing" } || payload.compressor.contains("skippable")
      || ["lzf", "percent", "snappy-frame"].contains(layer.name) || payload.compressor == ":lz:"
    // Less than the size before an LZ4 block may be a block without one.
    for count in (layer.name == "lz4-block" ? 5 : 0)..<bytes.count {
      let part = Array(bytes.prefix(count))
      do throws(PayloadError) {
        let inside = try unwrap(layer, part)
        let isPadding = layer.name == "xz" && bytes[count...].allSatisfy { $0 == 0 }
        #expect(mayBeWhole && whole.bytes.starts(with: inside), "\(count)")
        #expect(inside.count < whole.bytes.count || isPadding, "\(count)")
      } catch {
        #expect(error.offset <= count && !error.isLimit, "\(count): \(error)")
        if layer.isSelfEvident && count > 16 && layer.recognizes(part) {
          let isInTheHead = error.reason.hasPrefix("the head says")
          let isTrailing = mayBeWhole && error.reason.contains("trailing")
          #expect(
            error == PayloadError(at: count, Self.ends) || isInTheHead || isTrailing,
            "\(count): \(error)")
        }
      }
    }
  }

  /// A bit changed in what has a checksum over its content is never missed.
  @Test(
    arguments: payloads.filter {
      ["zstd", "pzstd", "lz4", "xz", "bzip2"].contains($0.store)
        && !["unchecked", "stream.", "lzma"].contains { [file = $0.file] in
          file?.contains($0) == true
        }
    })
  func changedBits(payload: StorePayload) throws {
    let (layer, bytes, whole) = try outermost(payload)
    for at in bytes.indices {
      for bit in [0, 7] as [UInt8] {
        var changed = bytes
        changed[at] ^= 1 << bit
        do throws(PayloadError) {
          let isSame = try unwrap(layer, changed) == whole.bytes
          #expect(isSame, "bit \(bit) of byte \(at)")
        } catch {
          #expect(error.offset <= bytes.count, "\(error)")
        }
      }
    }
  }

  @Test(arguments: payloads)
  func mutations(payload: StorePayload) throws {
    let (layer, bytes, _) = try outermost(payload)
    var numbers = SeededNumbers(seed: 3)
    for _ in 0..<150 {
      var mutant = bytes
      for _ in 0..<Int.random(in: 1...3, using: &numbers) {
        let at = Int.random(in: 0..<mutant.count, using: &numbers)
        switch numbers.next() % 4 {
        case 0: mutant[at] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &numbers) ?? 0
        case 1 where mutant.count > 1: mutant.remove(at: at)
        case 2: mutant.insert(contentsOf: numbers.bytes(4), at: at)
        default: mutant[at] = UInt8(truncatingIfNeeded: numbers.next())
        }
      }
      do throws(PayloadError) {
        let inside = try layer.unwrap(mutant, Context(), 4096).bytes
        #expect(inside.count <= 4096)
      } catch {
        #expect(error.offset >= 0 && error.offset <= mutant.count, "\(error)")
      }
      _ = layer.recognizes(mutant)
    }
  }

  @Test(arguments: payloads)
  func bytesBehindTheEnd(payload: StorePayload) throws {
    let (layer, bytes, whole) = try outermost(payload)
    if layer.name == "percent" { return }
    for tail in [[0], [0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]] {
      let error = failure { () throws(PayloadError) in
        // LZF and Snappy blocks go on; what follows then makes more, or refers to nothing.
        if try unwrap(layer, bytes + tail) == whole.bytes { throw PayloadError(at: 0, "missed") }
      }
      #expect(error != nil && error?.reason != "missed", "\(String(describing: error))")
    }
    if ["zstd", "lz4", "xz", "bzip2", "lzma", "deflate", "brotli"].contains(layer.name) {
      #expect(
        reason(layer, bytes + [1, 2, 3])
          == "byte \(bytes.count): 3 trailing bytes after the stream")
    }
  }

  // MARK: Room

  @Test(arguments: payloads)
  func theLimitIsObeyed(payload: StorePayload) throws {
    let (layer, bytes, whole) = try outermost(payload)
    let size = whole.bytes.count
    #expect(try layer.unwrap(bytes, Context(), size).bytes == whole.bytes)
    for limit in [0, 1, size / 2, size - 1] {
      let error = failure { () throws(PayloadError) in
        _ = try layer.unwrap(bytes, Context(), limit)
      }
      #expect(error?.isLimit == true, "\(limit): \(String(describing: error))")
    }
  }

  /// 100 MB of zeros, alone or inside zlib.
  @Test(arguments: [
    "zstd", "lz4", "xz", "lzma", "bzip2", "snappy", "snappy-frame", "brotli", "deflate",
    "lz4-block", "lzf",
  ])
  func bombs(name: String) throws {
    let twice = try Fixture.bytes("hostile/bomb.\(name).zlib")
    let error = failure { () throws(PayloadError) in
      _ = try Decoded(reading: twice, as: "zlib,\(name)")
    }
    #expect(error?.isLimit == true, "\(String(describing: error))")
    #expect(failure { () throws(PayloadError) in _ = try Decoded(detecting: twice) } != nil)
    if let once = try? Fixture.bytes("hostile/bomb.\(name)") {
      let error = failure { () throws(PayloadError) in
        _ = try Decoded(reading: once, as: name)
      }
      #expect(error?.isLimit == true, "\(String(describing: error))")
      #expect(failure { () throws(PayloadError) in _ = try Decoded(detecting: once) } != nil)
    }
  }

  /// Windows and dictionaries of 128 and 512 MiB around 27 bytes: they take no more memory than the
  /// output may.
  @Test(arguments: ["window.zstd", "dictionary-512m.xz", "dictionary-512m.lzma"])
  func memoryThatALibraryWouldTake(file: String) throws {
    let bytes = try Fixture.bytes("hostile/\(file)")
    let decoded = try Decoded(detecting: bytes)
    #expect(decoded.payload == (try Fixture.bytes("compression/short.json")))
    // The head is as it was: a wrong checksum of it stays wrong.
    guard file.hasSuffix(".xz") else { return }
    for at in 12..<24 {
      var changed = bytes
      changed[at] ^= 1
      #expect(throws: PayloadError.self) { try unwrap(.xz, changed) }
    }
  }

  /// Found by fuzzing: a header with nothing after it kept its dictionary size, and the library
  /// took 64 MiB for 13 bytes. The library refuses 512 MiB, so the result shows which size it was
  /// given.
  @Test func aDictionaryForNothing() {
    #expect(
      reason(.lzma, hex("5d 00000020 ffffffffffffffff"))
        == "byte 13: the compressed stream ends before its end")
  }

  /// Where more may come out, a window that is larger than we allow is refused.
  @Test func aWindowThatIsNeeded() throws {
    let bytes = try Fixture.bytes("hostile/window.zstd")
    let error = failure { () throws(PayloadError) in _ = try unwrap(.zstd, bytes) }
    #expect(error?.description == "byte 5: a window of 134217728 bytes, 16777216 at most")
    #expect(error?.isLimit == true)
  }

  @Test func dictionariesAndOldFrames() throws {
    let dictionary = reason(.zstd, try Fixture.bytes("hostile/dictionary.zstd"))
    #expect(dictionary?.hasPrefix("byte 5: the frame needs dictionary ") == true)
    #expect(
      reason(.lz4, hex("04224d18 6140 2a000000 82 00000000"))
        == "byte 6: the frame needs dictionary 42")
    #expect(
      reason(.lz4, try Fixture.bytes("hostile/legacy.lz4"))
        == "byte 0: a frame of LZ4's legacy format, which no session store writes")
  }

  /// A claim is compared with what is there, and never allocated: the fixtures that claim most take
  /// no time here.
  @Test func hugeClaims() {
    // Zstandard: a content of 2^64 - 1 bytes in a single segment; with a window of its own, of
    // 2^62.
    let single = failure { () throws(PayloadError) in
      _ = try unwrap(.zstd, hex("28b52ffd e0 ffffffffffffffff 010000"))
    }
    #expect(
      single?.description == "byte 5: a window of 18446744073709551615 bytes, 16777216 at most")
    #expect(single?.isLimit == true)
    #expect(
      reason(.zstd, hex("28b52ffd c0 58 ffffffffffffff3f 09000061"))?.contains("corrupt") == true)
    // LZ4 blocks: 2 GiB in 6 bytes.
    #expect(
      reason(.lz4Block, hex("ffffff7f 1061"))
        == "byte 6: the compressed stream ends before its end")
    #expect(!Layer.lz4Block.recognizes(hex("ffffff7f 1061")))
    // Snappy: 4 GiB in one literal byte.
    #expect(reason(.snappy, hex("ffffffff0f 0061")) == "byte 7: \(Self.ends)")
    #expect(reason(.snappy, hex("ffffffff7f 0061")) == "byte 0: a size of more than 32 bits")
    #expect(!Layer.snappy.recognizes(hex("ffffffff0f 0061")))
    // A chunk of Snappy's frame with more than its 64 KiB.
    #expect(
      reason(.snappyFrame, hex("ff060000734e61507059 000a0000 00000000 ffffffff0f61"))
        == "byte 10: a chunk of 4294967295 bytes, 65536 at most")
  }

  // MARK: Words

  @Test func checksumsThatAreWrong() throws {
    func damaged(_ file: String, _ offset: Int) throws -> [UInt8] {
      var bytes = try Fixture.bytes("compression/\(file)")
      bytes[offset < 0 ? bytes.count + offset : offset] ^= 1
      return bytes
    }
    let zstd = try damaged("zstd3.json.bin", -1)
    #expect(
      reason(.zstd, zstd)
        == "byte \(zstd.count - 4): restored data doesn't match checksum")
    let lz4 = try damaged("lz4-9.json.bin", -1)
    #expect(
      reason(.lz4, lz4) == "byte \(lz4.count - 4): the checksum of the content is wrong")
    #expect(
      reason(.lz4, try damaged("lz4-9.json.bin", 6))
        == "byte 0: the checksum of the frame's head is wrong")
    let bzip2 = try damaged("bzip2-9.json.bin", 12)
    #expect(reason(.bzip2, bzip2)?.hasSuffix(": corrupt, or a checksum is wrong") == true)
    let xz = try damaged("xz-6.json.bin", 100)
    #expect(reason(.xz, xz)?.hasSuffix(": corrupt, or a checksum is wrong") == true)
    #expect(
      reason(.snappyFrame, try damaged("snappy-frame.msgpack.bin", 14))
        == "byte 14: the checksum of a chunk is wrong")
    let phpredis = try damaged("phpredis-lz4.json.bin", 0)
    #expect(reason(.phpredisLZ4, phpredis)?.hasPrefix("byte 0: a CRC-8 of 0x") == true)
  }

  @Test func referencesBeyondTheStart() {
    #expect(reason(.lzf, hex("00 61 20 01")) == "byte 2: refers 2 bytes back, 1 are there")
    #expect(reason(.snappy, hex("05 00 61 01 02")) == "byte 3: refers 2 bytes back, 1 are there")
    #expect(
      reason(.lz4Block, hex("05000000 10 61 0200"))
        == "byte 6: refers 2 bytes back, 1 are there")
    #expect(
      reason(.phpredisLZ4, hex("65 05000000 10 61 0200")).map { $0.hasPrefix("byte 0: a CRC-8") }
        == true)
    #expect(
      reason(.cm, Array(":l4:".utf8) + hex("05000000 10 61 0200"))
        == "byte 10: refers 2 bytes back, 1 are there")
  }

  @Test func marksOfCm() {
    #expect(reason(.cm, Array(":xx:abc".utf8)) == "byte 0: expected one of :gz: :sn: :lz: :l4:")
    #expect(reason(.cm, Array(":lz:".utf8) + [5, 0x61]) == "byte 6: \(Self.ends)")
    #expect(reason(.cm, Array(":gz:hello".utf8)) == "byte 6: incorrect header check")
  }

  @Test func percentEncoding() throws {
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    #expect(try unwrap(.percent, bytes("%7B%22a+b%22%7d\n")) == bytes("{\"a+b\"}"))
    #expect(try unwrap(.form, bytes("a+b%2Bc")) == bytes("a b+c"))
    #expect(reason(.percent, bytes("a%2")) == "byte 1: two hexadecimal digits must follow a %")
    #expect(reason(.percent, bytes("%zz")) == "byte 0: two hexadecimal digits must follow a %")
    for text in ["50% off", "100%", "%zz", "a%20b c", "plain"] {
      #expect(!Layer.percent.recognizes(bytes(text)), "\(text)")
    }
    // Text that has escapes and nothing inside stays text.
    #expect(try Decoded(detecting: bytes("a%20b")).chain == "text")
    #expect(try Decoded(detecting: bytes("%7B%22id%22%3A1%7D")).chain == "percent > JSON")
  }

  // MARK: Layers without a mark

  /// Nothing is read into bytes that hold nothing: neither uniform ones, nor small numbers, nor
  /// text with some noise.
  @Test func nothingIsReadIntoNoise() {
    var numbers = SeededNumbers(seed: 5)
    for kind in 0..<3 {
      for _ in 0..<3000 {
        let count = Int.random(in: 1...300, using: &numbers)
        let bytes = (0..<count).map { _ -> UInt8 in
          let number = numbers.next()
          switch kind {
          case 0: return UInt8(truncatingIfNeeded: number)
          case 1: return UInt8(number % 32)
          default: return number & 3 == 0 ? UInt8(truncatingIfNeeded: number >> 8) : 0x61
          }
        }
        let decoded = try? Decoded(detecting: bytes)
        #expect(decoded?.layers.isEmpty ?? true, "\(decoded?.chain ?? ""): \(bytes)")
      }
    }
  }

  /// Text is never taken for compressed data, even if it can be decompressed.
  @Test func textIsNoCompression() throws {
    // An LZF literal of 11 bytes begins with a line feed, one of 10 with a tab.
    let text = Array("\t{\"a\":true}".utf8)
    #expect(try Decoded(detecting: text).chain == "JSON")
    let inside = Array("\n[\"abcdefgh\"".utf8)
    #expect(try Decoded(detecting: inside).layers.isEmpty)
    #expect(try Decoded(reading: inside, as: "lzf").layers.count == 1)
  }

  /// Such a layer has a tighter limit for bytes that were not declared to be its own.
  @Test func aGuessIsCheap() throws {
    let bomb = try unwrap(.zlib, try Fixture.bytes("hostile/bomb.deflate.zlib"))
    let trace = try Decoded(
      detecting: Array("{\"a\":1}".utf8), tracing: true
    ).trace
    #expect(!trace.isEmpty)
    let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: bomb) }
    #expect(error?.isLimit == false)
    let asked = failure { () throws(PayloadError) in
      _ = try Decoded(reading: bomb, as: "deflate")
    }
    #expect(asked?.isLimit == true)
  }
}
