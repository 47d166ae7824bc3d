/// The numbers by which `R:` and `r:` refer to values, PHP's `var_hash`.
///
/// Every value takes one in the order in which it begins, from 1 on, `r:` included; keys and `R:`
/// take none.
struct PHPSlots {
  /// For each slot the slot whose value it shows: itself, or an object that `r:` stands for.
  private var targets: [Int32] = []
  private var isObject: [Bool] = []
  /// Slots that were referred to, in this reading, in the order of the references.
  private var references: [Int32] = []
  /// The numbers that shared values get, counted in the order of appearance.
  private let numbers: [Int: Int]
  /// Whether the class of some object reads its own body, so that how many slots it takes is not
  /// known.
  var isUncertain = false

  /// - Parameter referenced: the slots that an earlier reading found to be referred to.
  init(sharing referenced: Set<Int> = []) {
    var numbers: [Int: Int] = [:]
    for (index, slot) in referenced.sorted().enumerated() { numbers[slot] = index + 1 }
    self.numbers = numbers
  }

  var count: Int { targets.count }

  /// Slots that were referred to, in this reading.
  var referenced: Set<Int> { Set(references.map { Int($0) }) }

  /// How far the table goes, to come back to.
  struct Mark {
    fileprivate let slots: Int
    fileprivate let references: Int
  }

  var mark: Mark { Mark(slots: targets.count, references: references.count) }

  /// Forgets what was added since. Earlier slots do not change.
  mutating func forget(since mark: Mark) {
    targets.removeLast(targets.count - mark.slots)
    isObject.removeLast(isObject.count - mark.slots)
    references.removeLast(references.count - mark.references)
  }

  mutating func add() -> Int {
    targets.append(Int32(truncatingIfNeeded: targets.count))
    isObject.append(false)
    return targets.count
  }

  mutating func setObject(_ slot: Int) { isObject[slot - 1] = true }

  /// The number that the value of a slot is shared under, if it is referred to.
  @inline(__always)
  func number(of slot: Int) -> Int? { numbers.isEmpty ? nil : numbers[slot] }

  /// The value for a reference to a slot, nil if there is none (for `r:`: no object).
  ///
  /// - Parameter from: the slot that `r:` takes itself, which cannot be its target.
  mutating func reference(to slot: Int, from: Int?) -> Value? {
    guard slot >= 1, slot <= targets.count, slot != from else { return nil }
    let target = Int(targets[slot - 1]) + 1
    if let from {
      guard isObject[target - 1] else { return nil }
      targets[from - 1] = Int32(truncatingIfNeeded: target - 1)
    }
    references.append(Int32(truncatingIfNeeded: target))
    return .reference(numbers[target] ?? 0)
  }
}

extension PHPDecoder {
  /// `R:5;`, a PHP reference: the same variable as the value of slot 5; or `r:5;`, the same object
  /// as the one of slot 5.
  ///
  /// - Parameter from: the slot that `r:` takes itself; nil for `R:`.
  mutating func reference(from: Int?, _ start: Int) throws(PayloadError) -> Output.Item {
    if declinesReferences { throw .declined }
    try expect(UInt8(ascii: ":"), "':'")
    let digits = reader.prefix { $0 &- 0x30 < 10 }
    // No payload has more values than bytes.
    guard !digits.isEmpty, digits.count <= 10,
      let number = Int(String(decoding: reader.bytes[digits], as: UTF8.self))
    else {
      throw reader.error("expected a value's number", at: digits.lowerBound)
    }
    try expect(UInt8(ascii: ";"), "';' after a reference")
    if let value = record.slots.reference(to: number, from: from) {
      return try output.value(value)
    }
    let letter = from == nil ? "R" : "r"
    if record.slots.isUncertain {
      return try output.value(.tagged(.persistent, .string("\(letter):\(number)")))
    }
    let last = record.slots.count - (from == nil ? 0 : 1)
    throw PayloadError(
      at: start,
      number < 1 || number > last
        ? "a reference to value \(number); there are \(last) before it"
        : "a reference to an object, and value \(number) is none")
  }
}
