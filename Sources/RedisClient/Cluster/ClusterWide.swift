/// Commands that one server of a cluster cannot answer alone.
package enum ClusterWide {
  /// Whether all keys are concerned.
  package static func concernsAll(_ name: String) -> Bool {
    ["dbsize", "keys", "flushdb", "flushall", "randomkey"].contains(name)
  }

  /// Whether each key is treated by itself, so that the command may be split by slots and the
  /// replies joined. MSET is none: it promises that all keys change at once.
  package static func splits(_ name: String) -> Bool {
    ["mget", "del", "unlink", "exists", "touch"].contains(name)
  }
}
