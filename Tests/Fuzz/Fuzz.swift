import Glibc

@testable import SessionFormats

// One libFuzzer binary for every target; SESSCLI_FUZZ names the one to run, without it the binary lists them.

nonisolated(unsafe) private var target: Target?

@_cdecl("LLVMFuzzerInitialize")
public func chooseTarget(_: UnsafePointer<Int32>, _: UnsafeRawPointer) -> Int32 {
  guard let words = getenv("SESSCLI_FUZZ") else {
    for target in Target.all { print(target.name) }
    exit(0)
  }
  let name = String(cString: words)
  target = Target.all.first { $0.name == name }
  if target == nil {
    print("no fuzz target is named \(name)")
    exit(2)
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func runTarget(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
  target?.run(Array(UnsafeBufferPointer(start: data, count: size)))
  return 0
}

/// What one run of the fuzzer tries.
private struct Target: Sendable {
  let name: String
  let run: @Sendable ([UInt8]) -> Void

  static let all: [Target] =
    Format.all.map { format in Target(name: "format:\(format.name)") { read($0, format) } }
    + Layer.all.map { layer in Target(name: "layer:\(layer.name)") { unwrap($0, layer) } }
    + [
      Target(name: "detect") { detect($0, Context(now: now)) },
      Target(name: "detect-key") { detectWithKey($0) },
      Target(name: "cookie") { detect($0, Context(secrets: secrets, now: now)) },
      Target(name: "transcode") { transcode($0) },
    ]
}

/// The moment of the fixtures' sessions.
private let now: Int64 = 1_700_000_000
/// Of the fixtures, and one that is nobody's.
private let secrets = [
  "sesscli-test-key", "", "sesscli-test-key-of-the-fixtures", "encsalt1", "sigsalt1",
].map { Array($0.utf8) }
/// Kept between inputs, as a scan over many sessions keeps it: what one payload leaves behind must not reach the next.
nonisolated(unsafe) private let transcoder = JSONTranscoder()

// MARK: Targets

/// Reads as one format. What is read must be writable in both styles, and what is written must be JSON; the fast
/// exit must write the same.
private func read(_ bytes: [UInt8], _ format: Format) {
  let reading: Reading?
  let reader = ByteReader(bytes, nodeLimit: Limits.nodes(stored: bytes.count))
  do throws(PayloadError) {
    reading = try bounded(bytes, "read") { () throws(PayloadError) in
      try format.read(bytes, nodeLimit: reader.nodeLimit)
    }
  } catch {
    expect(error.offset >= 0 && error.offset <= bytes.count, "\(error)")
    reading = nil
  }
  if let reading { write(reading.value, bytes) }
  if let transcode = format.transcode {
    var writer = JSONWriter(.plain)
    do throws(PayloadError) {
      let isAll = try bounded(bytes, "transcode") { () throws(PayloadError) in
        try transcode(reader, &writer)
      }
      if isAll {
        expect(reading != nil, "only the fast exit reads it")
        if let reading { expectSame(writer.bytes, reading, format) }
      }
    } catch {
      expect(error == .declined || reading == nil, "only the fast exit fails: \(error)")
    }
  }
  if let outline = format.outline { outlined(reader, outline, reading) }
  if let explain = format.explain { keep(bounded(bytes, "explain") { explain(bytes) }.count) }
}

/// Where each value stands agrees with what it is.
private func outlined(
  _ reader: ByteReader,
  _ outline: (ByteReader) throws(PayloadError) -> Outline?, _ reading: Reading?
) {
  do throws(PayloadError) {
    let found = try bounded(reader.bytes, "outline") { () throws(PayloadError) in
      try outline(reader)
    }
    guard let found else { return }
    expect(reading != nil, "only the outline reads it")
    let problem = reading.flatMap {
      OutlineCheck.problem(found, of: $0.value, count: reader.bytes.count)
    }
    expect(problem == nil, problem ?? "")
  } catch {
    expect(error == .declined || reading == nil, "only the outline fails: \(error)")
  }
}

private func unwrap(_ bytes: [UInt8], _ layer: Layer) {
  let limit = Limits.output(stored: bytes.count)
  do throws(PayloadError) {
    let inside = try bounded(bytes, "unwrap") { () throws(PayloadError) in
      try layer.unwrap(bytes, Context(secrets: secrets, now: now), limit)
    }
    expect(inside.bytes.count <= limit, "\(inside.bytes.count) bytes, more than \(limit)")
    keep(inside.facts.count)
  } catch {
    expect(error.offset >= 0 && error.offset <= bytes.count, "\(error)")
  }
}

/// The first line is the key.
private func detectWithKey(_ bytes: [UInt8]) {
  let key = bytes.prefix { $0 != 0x0A }
  detect(
    Array(bytes.dropFirst(key.count + 1)), Context(key: Array(key), secrets: secrets, now: now))
}

private func detect(_ bytes: [UInt8], _ context: Context) {
  do throws(PayloadError) {
    let decoded = try bounded(bytes, "detect") { () throws(PayloadError) in
      try Decoded(detecting: bytes, context: context)
    }
    let stored = Stored(decoded, key: context.key ?? bytes, now: now)
    keep(Framework.sighting(of: stored)?.facts.count ?? 0)
    write(decoded.value, bytes)
    // The chain that the header line shows is accepted by its names, and says the same.
    let named = try Decoded(reading: bytes, as: decoded.chain, context: context)
    expect(named.chain == decoded.chain, "\(named.chain), not \(decoded.chain)")
    if bytes.count < 4_096 {
      let traced = try Decoded(detecting: bytes, context: context, tracing: true)
      expect(!traced.trace.isEmpty && traced.chain == decoded.chain, "traced \(traced.chain)")
    }
  } catch {
    expect(error.offset >= 0 && error.offset <= (error.bytes?.count ?? 0), "\(error)")
  }
}

/// The fast exit over all formats, against detection.
private func transcode(_ bytes: [UInt8]) {
  var output: [UInt8] = []
  guard bounded(bytes, "transcode", { transcoder.transcode(bytes, into: &output) }) else {
    expect(output.isEmpty, "it declines and has written")
    return
  }
  do throws(PayloadError) {
    let decoded = try Decoded(detecting: bytes)
    expect(decoded.layers.isEmpty, "the fast exit has read \(decoded.chain)")
    expectSame(output, decoded.reading, decoded.format)
  } catch {
    failed("only the fast exit reads it: \(error)")
  }
}

// MARK: Checks

private func write(_ value: Value, _ payload: [UInt8]) {
  for style in [JSONWriter.Style.plain, .typed] {
    let text = bounded(payload, "write") { JSONWriter.json(value, style) }
    do throws(PayloadError) {
      keep(try Format.json.read(text).notes.count)
    } catch {
      // Tags nest deeper than the values they stand for.
      expect(error.isLimit, "\(error) in \(String(decoding: text.prefix(1_000), as: UTF8.self))")
    }
  }
}

private func expectSame(_ fast: [UInt8], _ reading: Reading, _ format: Format) {
  expect(reading.findings.isEmpty && !reading.isOpaque, "the fast exit hides what matters")
  expect(format.isPlausible(reading.value), "the fast exit takes what detection does not")
  let text = JSONWriter.json(reading.value, .plain)
  expect(
    fast == text,
    """
    the exits differ:
    \(String(decoding: fast.prefix(1_000), as: UTF8.self))
    \(String(decoding: text.prefix(1_000), as: UTF8.self))
    """)
}

/// Runs `body`, which may take a second, and 64 MiB more than 16 times the input.
private func bounded<Result, Failure: Error>(
  _ input: [UInt8], _ what: String, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let start = fuzz_milliseconds()
  fuzz_memory_start()
  defer {
    let peak = fuzz_memory_peak()
    let time = fuzz_milliseconds() - start
    expect(peak <= 64 << 20 + 16 * input.count, "\(what): \(peak) bytes for \(input.count)")
    expect(time <= 1_000, "\(what): \(time) ms for \(input.count) bytes")
  }
  return try body()
}

private func expect(_ condition: Bool, _ reason: @autoclosure () -> String) {
  if !condition { failed(reason()) }
}

private func failed(_ reason: String) -> Never { preconditionFailure(reason) }

/// Keeps the optimizer from removing work whose result nobody reads.
private func keep(_ number: Int) { sink &+= number }
nonisolated(unsafe) private var sink = 0
