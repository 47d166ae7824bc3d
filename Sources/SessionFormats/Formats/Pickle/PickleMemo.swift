/// The memo: nodes by number. Numbers may be as large as 2^32 - 1 and cost no memory by their size.
struct PickleMemo: ~Copyable {
  /// Entries numbered in order, as every pickler numbers them (cPickle from 1 on); -1 where there is none.
  private var dense = GrowingArray<Int32>()
  private var sparse: [Int: Int32] = [:]
  /// Entries set; MEMOIZE uses it as the next number.
  private(set) var count = 0

  /// The widest gap in the numbers that is filled up rather than kept apart.
  private static let gap = 8

  /// The node of a number, or -1.
  @inline(__always)
  func get(_ index: Int) -> Int {
    index < dense.count ? Int(dense[index]) : Int(sparse[index] ?? -1)
  }

  @inline(__always)
  mutating func set(_ index: Int, _ node: Int) {
    let node = Int32(truncatingIfNeeded: node)
    if index == dense.count && sparse.isEmpty {
      dense.append(node)
      count &+= 1
    } else {
      setApart(index, node)
    }
  }

  private mutating func setApart(_ index: Int, _ node: Int32) {
    if index < dense.count {
      if dense[index] < 0 { count += 1 }
      dense[index] = node
    } else if sparse.isEmpty && index - dense.count < Self.gap {
      while dense.count < index { dense.append(-1) }
      dense.append(node)
      count += 1
    } else if sparse.updateValue(node, forKey: index) == nil {
      count += 1
    }
  }

  mutating func reset() {
    dense.removeAll()
    if !sparse.isEmpty { sparse = [:] }
    count = 0
  }
}
