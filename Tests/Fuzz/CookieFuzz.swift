/// Detection with all layers: signed cookies, zlib, gzip, base64 and hex.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCookie(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
  fuzzDetect(fuzzBytes(data, size))
  return 0
}
