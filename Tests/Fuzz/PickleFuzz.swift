import SessionFormats

/// Kept between inputs, as a scan over many sessions keeps it: what one payload leaves behind must not reach the next.
nonisolated(unsafe) private let transcoder = JSONTranscoder()
/// A global, so that the optimizer cannot leave the work out.
nonisolated(unsafe) private var written = 0

/// Reads an input as a pickle by both exits, which must agree in every byte and every error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
  let payload = Array(UnsafeBufferPointer(start: data, count: size))
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
    written &+= JSONWriter.json(reading.value, .typed).count
  } catch {
    precondition(failure == error, "the errors differ")
  }
  if size < 4_096 { written &+= Format.pickle.explain?(payload).count ?? 0 }
  return 0
}
