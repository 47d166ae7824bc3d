/// What changes nothing that outlives the connection although its flags do not say `readonly`:
/// Redis has that flag for commands that read keys, and no other for those that administer the
/// server.
extension CommandTable {
  /// Whether the command changes nothing at the server beyond what it keeps for this connection.
  /// Whatever is not known is not harmless.
  package static func isHarmless(_ words: [[UInt8]]) -> Bool {
    guard let first = words.first, first.count <= longestName else { return false }
    if CommandFacts.of(first).traits.contains(.isHarmless) { return true }
    guard words.count > 1, words[1].count <= longestName else { return false }
    let name = lowercased(first)
    let subcommand = lowercased(words[1])
    // Of these the third word decides.
    let third = words.count > 2 && words[2].count <= longestName ? lowercased(words[2]) : ""
    switch (name, subcommand) {
    case ("acl", "log"): return third != "reset"
    case ("sentinel", "config"): return third == "get"
    // A container's own help.
    case (_, "help"): return lookup(name + " help") != nil || name == "sentinel"
    default: return harmless.contains(name + " " + subcommand)
    }
  }

  /// Of the commands whose other subcommands may change something; `CommandFacts` has those that
  /// are harmless as a whole.
  private static let harmless: Set<String> = [
    "acl cat", "acl dryrun", "acl genpass", "acl getuser", "acl list", "acl users", "acl whoami",
    "client caching", "client getname", "client getredir", "client id", "client info",
    "client list", "client no-evict", "client no-touch", "client reply", "client setinfo",
    "client setname", "client tracking", "client trackinginfo", "cluster count-failure-reports",
    "cluster countkeysinslot", "cluster getkeysinslot", "cluster info", "cluster keyslot",
    "cluster links", "cluster myid", "cluster myshardid", "cluster nodes", "cluster replicas",
    "cluster shards", "cluster slaves", "cluster slot-stats", "cluster slots", "commandlog get",
    "commandlog len", "config get", "function dump", "function list", "function stats",
    "latency doctor", "latency graph", "latency histogram", "latency history", "latency latest",
    "memory doctor", "memory malloc-stats", "memory stats", "module list", "script exists",
    "script show", "sentinel ckquorum", "sentinel get-master-addr-by-name", "sentinel info-cache",
    "sentinel master", "sentinel masters", "sentinel myid", "sentinel pending-scripts",
    "sentinel replicas", "sentinel sentinels", "sentinel slaves", "slowlog get", "slowlog len",
  ]
}
