@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessagePack(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
  fuzzRead(fuzzBytes(data, size), as: "msgpack")
  return 0
}
