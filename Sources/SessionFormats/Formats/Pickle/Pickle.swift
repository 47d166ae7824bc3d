// Specification: CPython's Lib/pickletools.py and Lib/pickle.py, https://peps.python.org/pep-0307/ (protocol 2),
// https://peps.python.org/pep-3154/ (protocol 4), https://peps.python.org/pep-0574/ (protocol 5).

extension Format {
  /// Python's pickle: Flask-Session before 0.7, Django's PickleSerializer, Beaker, caches. A pickle is a
  /// program for a stack machine; here its calls are described and never made.
  public static let pickle = Format(
    name: "pickle",
    summary: "Python pickle, protocols 0 to 5; its calls are named and never made",
    recognizes: Pickle.recognizes, hasSignature: Pickle.hasHeader, read: Pickle.read,
    isPlausible: Pickle.isPlausible,
    explain: Pickle.explain)
}

enum Pickle {
  /// Protocols from 2 on have a header. Without one, a pickle is believed only if it can end in a container or
  /// an object and looks like it at both ends: nearly any text begins with some instruction.
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 4, bytes.last == PickleOpcode.stop.rawValue else { return false }
    switch PickleOpcode(rawValue: bytes[0]) {
    case .proto: return bytes[1] <= 5
    case .mark, .emptyDict, .emptyList, .emptyTuple, .global: return true
    default: return false
    }
  }

  /// PROTO with a version that has one.
  static func hasHeader(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == PickleOpcode.proto.rawValue && 2...5 ~= bytes[1]
  }

  static func isPlausible(_ value: Value) -> Bool {
    if case .tagged(.global, _) = value { return false }
    return true
  }

  static func read(_ payload: ByteReader) throws(PayloadError) -> Reading {
    var machine = PickleMachine()
    let root = try machine.run(payload)
    let value: Value
    do throws(PayloadError) {
      value = try machine.result(root)
    } catch {
      // The program itself has run to its end.
      throw error.finding(machine.remarks().findings)
    }
    let remarks = machine.remarks()
    return Reading(
      value, label: "pickle \(machine.version)", findings: remarks.findings, notes: remarks.notes)
  }
}
