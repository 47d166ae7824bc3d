// A libFuzzer target: see scripts/fuzz.

import SessionFormats

/// Kept between inputs, as a scan over many sessions keeps it: what one payload leaves behind must not reach the next.
nonisolated(unsafe) private let transcoder = JSONTranscoder()

/// Reads an input as a pickle by both exits, which must agree in every byte and every error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPickle(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
  let payload = fuzzBytes(data, size)
  var direct: [UInt8] = []
  var failure: PayloadError?
  var isDangerous = false
  do {
    isDangerous = try transcoder.transcode(payload, into: &direct)
  } catch {
    failure = error
  }
  do {
    let reading = try Format.pickle.read(payload)
    precondition(failure == nil, "only the direct exit failed")
    precondition(JSONWriter.json(reading.value, .plain) == direct, "the exits differ")
    precondition(isDangerous == !reading.findings.isEmpty, "the findings differ")
    fuzzWrite(reading.value)
  } catch {
    precondition(failure == error, "the errors differ")
  }
  if size < 4_096 { fuzzSink &+= Format.pickle.explain?(payload).count ?? 0 }
  return 0
}
