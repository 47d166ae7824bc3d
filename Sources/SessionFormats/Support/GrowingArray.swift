/// An array for one owner: never copied, so that appending needs no look at who else holds it, which costs an
/// `Array` more time than the pickle machine takes for an instruction. Its memory is kept by `removeAll`.
struct GrowingArray<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 64
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  /// Traps beyond the end, as an `Array` does.
  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return base[index]
    }
    _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      yield &base[index]
    }
  }

  var isEmpty: Bool { count == 0 }

  @inline(__always)
  var last: Element? { count > 0 ? base[count &- 1] : nil }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow() }
    base[count] = element
    count &+= 1
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: 2 * capacity)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }

  @inline(__always)
  mutating func removeLast() -> Element {
    precondition(count > 0)
    count &-= 1
    return base[count]
  }

  /// Removes what stands from an index on.
  @inline(__always)
  mutating func truncate(to count: Int) {
    precondition(0 <= count && count <= self.count)
    self.count = count
  }

  /// Keeps the memory, unless it is more than one large payload is worth keeping it for.
  mutating func removeAll() {
    count = 0
    if capacity > 1 << 16 {
      base.deallocate()
      capacity = 64
      base = .allocate(capacity: capacity)
    }
  }
}
