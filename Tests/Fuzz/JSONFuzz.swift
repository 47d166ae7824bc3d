@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
  fuzzRead(fuzzBytes(data, size), as: "json")
  return 0
}
