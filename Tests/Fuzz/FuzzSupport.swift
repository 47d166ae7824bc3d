import SessionFormats

/// Keeps the optimizer from removing work whose result nobody reads.
nonisolated(unsafe) public var fuzzSink = 0

/// The payload that the fuzzer hands over.
func fuzzBytes(_ data: UnsafePointer<UInt8>, _ size: Int) -> [UInt8] {
  Array(UnsafeBufferPointer(start: data, count: size))
}

/// Reads with the format of that name. What is read must be writable in both styles, and what is written must be
/// JSON.
func fuzzRead(_ bytes: [UInt8], as name: String) {
  guard let format = Format.all.first(where: { $0.name == name }) else {
    fatalError("no format \(name)")
  }
  do throws(PayloadError) {
    fuzzWrite(try format.read(bytes).value)
  } catch {
    precondition(error.offset >= 0 && error.offset <= bytes.count, "\(error)")
  }
}

func fuzzWrite(_ value: Value) {
  guard let json = Format.all.first(where: { $0.name == "json" }) else { fatalError("no JSON") }
  for style in [JSONWriter.Style.plain, .typed] {
    let text = JSONWriter.json(value, style)
    fuzzSink &+= text.count
    do throws(PayloadError) {
      fuzzSink &+= try json.read(text).notes.count
    } catch {
      // Tags nest deeper than the values they stand for.
      precondition(error.isLimit, "\(error) in \(String(decoding: text, as: UTF8.self))")
    }
  }
}

/// Detects what the payload is, with a secret and a trace.
func fuzzDetect(_ bytes: [UInt8]) {
  let context = Context(secrets: [Array("sesscli-test-key".utf8), []], now: 1_700_000_000)
  do throws(PayloadError) {
    let decoded = try Decoded(detecting: bytes, context: context, tracing: true)
    fuzzSink &+= decoded.trace.count
    fuzzSink &+= Framework.sighting(of: Stored(decoded, key: bytes))?.facts.count ?? 0
    fuzzWrite(decoded.value)
    // The chain that the header line shows is accepted by its names, and says the same.
    let named = try Decoded(reading: bytes, as: decoded.chain, context: context)
    precondition(named.chain == decoded.chain, "\(named.chain), not \(decoded.chain)")
  } catch {
    precondition(error.offset >= 0 && error.offset <= (error.bytes?.count ?? 0), "\(error)")
  }
}
