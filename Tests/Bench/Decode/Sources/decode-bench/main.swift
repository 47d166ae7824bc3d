// Times the detection and decoding of sessions to plain JSON in process on one thread:
//
//     decode-bench FILE [ROUNDS] [--value]
//
// FILE holds payloads, each behind its length in 4 bytes, little-endian (see ../make_sessions.py). Prints
// nanoseconds per payload, the fastest of the rounds, and the bytes of JSON of one round.
// A payload without a fast exit is read into a Value and written from there, with --value each is.

import Glibc
import SessionFormats

func fail(_ message: String) -> Never {
  let line = message + "\n"
  _ = line.withCString { write(2, $0, strlen($0)) }
  exit(2)
}

func readFile(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "rb") else {
    fail("cannot open \(path)")
  }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { return bytes }
    bytes += chunk[..<count]
  }
}

func payloads(_ bytes: [UInt8]) -> [[UInt8]] {
  var result: [[UInt8]] = []
  var at = 0
  while bytes.count - at >= 4 {
    let size = (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    result.append(Array(bytes[at + 4..<at + 4 + size]))
    at += 4 + size
  }
  return result
}

func now() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
  fail("usage: decode-bench FILE [ROUNDS] [--value]")
}
let all = payloads(readFile(arguments[1]))
let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 10 : 10
let isByValue = arguments.contains("--value")
let transcoder = JSONTranscoder()
var best = Int.max
var size = 0
for _ in 0..<rounds {
  size = 0
  var output: [UInt8] = []
  let start = now()
  for payload in all {
    output.removeAll(keepingCapacity: true)
    do {
      if isByValue || !transcoder.transcode(payload, into: &output) {
        output = JSONWriter.json(try Decoded(detecting: payload).value)
      }
    } catch {
      fail("\(error)")
    }
    size += output.count
  }
  best = min(best, now() - start)
}
print("\(best / max(all.count, 1)) ns per payload, \(all.count) payloads, \(size) bytes of JSON")
