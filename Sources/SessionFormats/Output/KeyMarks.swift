/// The marks of the keys of the maps that are open, those of an inner map after those of the outer.
final class KeyMarks {
  @exclusivity(unchecked) private var start: UnsafeMutablePointer<UInt64>
  @exclusivity(unchecked) private var capacity = 64
  @exclusivity(unchecked) private var count = 0

  init() { start = .allocate(capacity: capacity) }

  deinit { start.deallocate() }

  func removeAll() { count = 0 }

  @inline(__always)
  func append(_ mark: UInt64) {
    if count == capacity { grow() }
    start[count] = mark
    count &+= 1
  }

  @inline(never)
  private func grow() {
    let moved = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * capacity)
    moved.update(from: start, count: count)
    start.deallocate()
    start = moved
    capacity *= 2
  }

  /// Removes the last `number` marks and says whether all of them differ.
  @inline(__always)
  func removeLast(_ number: Int) -> Bool {
    precondition(number <= count)
    count &-= number
    return number < 2
      || areDistinct(UnsafeMutableBufferPointer(start: start + count, count: number))
  }

  private func areDistinct(_ marks: UnsafeMutableBufferPointer<UInt64>) -> Bool {
    if marks.count > JSONKeys.compared {
      var marks = marks
      marks.sort()
      for index in 1..<marks.count where marks[index] == marks[index - 1] { return false }
      return true
    }
    var later = 1
    while later < marks.count {
      let mark = marks[later]
      var earlier = 0
      var isRepeated = false
      // No branch, so that several are compared at once.
      while earlier < later {
        isRepeated = isRepeated || marks[earlier] == mark
        earlier &+= 1
      }
      if isRepeated { return false }
      later &+= 1
    }
    return true
  }
}
