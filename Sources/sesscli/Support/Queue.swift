/// First in, first out. An array alone would move everything with each removal.
struct Queue<Element> {
  private var storage: [Element] = []
  private var head = 0

  var elements: ArraySlice<Element> { storage[head...] }
  var count: Int { storage.count - head }
  var isEmpty: Bool { head == storage.count }
  var first: Element? { head < storage.count ? storage[head] : nil }

  mutating func append(_ element: Element) { storage.append(element) }

  mutating func removeFirst() {
    head += 1
    if head == storage.count {
      removeAll()
    } else if head >= 1024, head * 2 >= storage.count {
      // Moving as many elements as were removed costs each of them one move.
      storage.removeFirst(head)
      head = 0
    }
  }

  mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
    head = 0
  }
}
