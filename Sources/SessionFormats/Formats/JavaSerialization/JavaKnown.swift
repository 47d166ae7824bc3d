/// The classes whose serial form is known, so that a session is shown as its maps, lists and dates. Any other class
/// is shown as an object with its fields.
enum JavaKnown: UInt8 {
  case other
  /// A superclass that holds nothing to show.
  case empty
  case gadget, proxy

  // Values.
  case boxed, boolean, character
  case date, timestamp, calendar, timeZone, time
  case uuid, bigInteger, bigDecimal, atomic, atomicBoolean
  case locale, url, uri, inetAddress, inet6Address, currency, pattern, file
  case stringBuilder, stringBuffer, bitSet

  // Maps: what stands in the annotation, or in fields.
  case hashMap, linkedHashMap, treeMap, hashtable, properties, concurrentMap, skipListMap
  case identityMap, enumMap, segment

  // Lists.
  case arrayList, linkedList, countedList, vector, stack, nullEndedList, priorityQueue, arraysList,
    deque

  // Sets.
  case hashSet, linkedHashSet, treeSet, enumSet, mapSet

  // What java.util.Collections makes: a view of something, or constants.
  case view, emptyList, emptySet, emptyMap, singleton, singletonSet, singletonMap, entry
  case collectionSerial

  // Sessions.
  case shiroSession

  var isGadget: Bool { self == .gadget }

  static let names: [(JavaKnown, String)] = [
    (
      .empty,
      """
      java.lang.Number java.lang.Enum java.util.concurrent.locks.ReentrantLock
      """
    ),
    (
      .boxed,
      """
      java.lang.Integer java.lang.Long java.lang.Short java.lang.Byte java.lang.Double java.lang.Float
      """
    ),
    (.boolean, "java.lang.Boolean"),
    (.character, "java.lang.Character"),
    (.date, "java.util.Date java.sql.Date java.sql.Time"),
    (.timestamp, "java.sql.Timestamp"),
    (.calendar, "java.util.GregorianCalendar java.util.Calendar"),
    (
      .timeZone,
      """
      java.util.TimeZone sun.util.calendar.ZoneInfo java.util.SimpleTimeZone
      """
    ),
    (.time, "java.time.Ser"),
    (.uuid, "java.util.UUID"),
    (.bigInteger, "java.math.BigInteger"),
    (.bigDecimal, "java.math.BigDecimal"),
    (.atomic, "java.util.concurrent.atomic.AtomicInteger java.util.concurrent.atomic.AtomicLong"),
    (.atomicBoolean, "java.util.concurrent.atomic.AtomicBoolean"),
    (.locale, "java.util.Locale"),
    (.url, "java.net.URL"),
    (.uri, "java.net.URI"),
    (.inetAddress, "java.net.InetAddress java.net.Inet4Address"),
    (.inet6Address, "java.net.Inet6Address"),
    (.currency, "java.util.Currency"),
    (.pattern, "java.util.regex.Pattern"),
    (.file, "java.io.File"),
    (.stringBuilder, "java.lang.StringBuilder"),
    (.stringBuffer, "java.lang.StringBuffer"),
    (.bitSet, "java.util.BitSet"),
    (.hashMap, "java.util.HashMap"),
    (.linkedHashMap, "java.util.LinkedHashMap"),
    (.treeMap, "java.util.TreeMap"),
    (.hashtable, "java.util.Hashtable"),
    (.properties, "java.util.Properties"),
    (.concurrentMap, "java.util.concurrent.ConcurrentHashMap"),
    (.skipListMap, "java.util.concurrent.ConcurrentSkipListMap"),
    (.identityMap, "java.util.IdentityHashMap"),
    (.enumMap, "java.util.EnumMap"),
    (.segment, "java.util.concurrent.ConcurrentHashMap$Segment"),
    (.arrayList, "java.util.ArrayList"),
    (.linkedList, "java.util.LinkedList"),
    (.countedList, "java.util.concurrent.CopyOnWriteArrayList"),
    (.vector, "java.util.Vector"),
    (.stack, "java.util.Stack"),
    (
      .nullEndedList,
      """
      java.util.concurrent.ConcurrentLinkedQueue java.util.concurrent.ConcurrentLinkedDeque \
      java.util.concurrent.LinkedBlockingQueue java.util.concurrent.LinkedBlockingDeque
      """
    ),
    (.priorityQueue, "java.util.PriorityQueue"),
    (.arraysList, "java.util.Arrays$ArrayList"),
    (.deque, "java.util.ArrayDeque"),
    (.hashSet, "java.util.HashSet"),
    (.linkedHashSet, "java.util.LinkedHashSet"),
    (.treeSet, "java.util.TreeSet"),
    (.enumSet, "java.util.EnumSet$SerializationProxy"),
    (
      .mapSet,
      """
      java.util.Collections$SetFromMap java.util.concurrent.ConcurrentSkipListSet \
      java.util.concurrent.ConcurrentHashMap$KeySetView java.util.concurrent.CopyOnWriteArraySet
      """
    ),
    (
      .view,
      [
        "Collection", "Set", "SortedSet", "NavigableSet", "List", "RandomAccessList", "Map",
        "SortedMap", "NavigableMap",
      ].flatMap { kind in
        ["Unmodifiable", "Synchronized", "Checked"].map { "java.util.Collections$\($0)\(kind)" }
      }.joined(separator: " ") + " java.util.Collections$UnmodifiableMap$UnmodifiableEntrySet"
        + " java.util.concurrent.atomic.AtomicReference"
    ),
    (.emptyList, "java.util.Collections$EmptyList"),
    (.emptySet, "java.util.Collections$EmptySet"),
    (.emptyMap, "java.util.Collections$EmptyMap"),
    (.singleton, "java.util.Collections$SingletonList"),
    (.singletonSet, "java.util.Collections$SingletonSet"),
    (.singletonMap, "java.util.Collections$SingletonMap"),
    (
      .entry,
      "java.util.AbstractMap$SimpleEntry java.util.AbstractMap$SimpleImmutableEntry java.util.KeyValueHolder"
    ),
    (.collectionSerial, "java.util.CollSer"),
    (.shiroSession, "org.apache.shiro.session.mgt.SimpleSession"),
  ]

  /// The classes by the hash of their names.
  static let table: [UInt64: (known: JavaKnown, name: [UInt8])] = {
    var table: [UInt64: (JavaKnown, [UInt8])] = [:]
    func put(_ known: JavaKnown, _ name: String) {
      let bytes = Array(name.utf8)
      table[bytes.withUnsafeBufferPointer(hash)] = (known, bytes)
    }
    for name in JavaGadget.all.keys { put(.gadget, name) }
    for (known, list) in names {
      for name in list.split(separator: " ") { put(known, String(name)) }
    }
    return table
  }()

  /// FNV-1a over words of eight bytes. Two names with the same hash are told apart by their bytes.
  @inline(__always)
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var word: UInt64 = 0
    var held = 0
    for byte in bytes {
      word = word &<< 8 | UInt64(byte)
      held += 1
      if held == 8 {
        hash = (hash ^ word) &* 0x0000_0100_0000_01B3
        hash ^= hash &>> 29
        (word, held) = (0, 0)
      }
    }
    hash = (hash ^ word ^ UInt64(bytes.count) &<< 56) &* 0x0000_0100_0000_01B3
    return hash ^ hash &>> 32
  }
}

extension JavaMachine {
  @inline(__always)
  mutating func known(_ name: JavaName) -> JavaKnown {
    if name.flags.contains(.inScratch) { return known(raw(name)) }
    let hash = reader.bytes.withUnsafeBufferPointer {
      JavaKnown.hash(UnsafeBufferPointer(rebasing: $0[name.start..<name.end]))
    }
    guard let entry = JavaKnown.table[hash], entry.name.count == name.count else { return .other }
    for at in 0..<name.count where entry.name[at] != reader.bytes[name.start + at] { return .other }
    return entry.known
  }

  private func known(_ name: [UInt8]) -> JavaKnown {
    let hash = name.withUnsafeBufferPointer(JavaKnown.hash)
    guard let entry = JavaKnown.table[hash], entry.name == name else { return .other }
    return entry.known
  }
}
