/// Commands that one server of a cluster cannot answer alone.
package enum ClusterWide {
  /// Whether all keys are concerned.
  package static func concernsAll(_ words: [[UInt8]]) -> Bool {
    CommandFacts.of(words).traits.contains(.concernsAllKeys)
  }

  /// Whether each key is treated by itself, so that the command may be split by slots and the
  /// replies joined. MSET is none: it promises that all keys change at once.
  package static func splits(_ words: [[UInt8]]) -> Bool {
    CommandFacts.of(words).traits.contains(.splits)
  }
}
