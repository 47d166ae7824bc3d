@testable import RedisClient
@testable import sesscli

/// What the server holds when a tool begins, and the commands written by hand: the replies with the
/// most to get wrong.
enum DifferentialState {
  static let values: [[UInt8]] = [
    [], "plain".bytes, "with space".bytes, "12345".bytes, "-9223372036854775808".bytes,
    "quote\"back\\slash'".bytes, "line\nfeed\ttab\rreturn".bytes, "grüner Tee 緑茶 🫖".bytes,
    [0x00, 0x01, 0x07, 0x08, 0x0B, 0x0C, 0x1B, 0x7F, 0x80, 0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80],
    "\u{85}\u{202E}\u{200B}".bytes, "3.0e3".bytes, "{\"json\":[1,null]}".bytes,
    [UInt8](repeating: 0x61, count: 300), "1) \"looks like output\"".bytes, "#comment".bytes,
  ]
  static let members = ["a", "b", "Palermo", "Catania", "12", "nobody", "grün"]
  static let fields: [[UInt8]] = ["f".bytes, "g".bytes, [], [0xFF, 0x00], "grün".bytes, "n".bytes]

  /// Keys by the group of the commands that use them.
  static func keys(of group: String) -> [[UInt8]] {
    (byGroup[group] ?? []).map(\.bytes)
  }
  private static let byGroup = [
    "string": ["s", "int", "float", "bin", "empty"], "bitmap": ["s", "bits"],
    "hash": ["h", "hbig"], "list": ["l", "lbig"], "set": ["set", "ints"],
    "sorted-set": ["z", "zinf", "zbig"], "geo": ["geo"], "stream": ["x", "x2"],
    "hyperloglog": ["hll", "hll2"],
  ]
  static let allKeys: [[UInt8]] =
    byGroup.values.flatMap { $0 }.sorted().map(\.bytes)
    + ["nokey".bytes, [], [0xFF, 0x00, 0x0A], "key with space".bytes, "ключ".bytes]

  /// Commands that make the state, from an empty server.
  static let commands: [[[UInt8]]] = {
    var all: [[[UInt8]]] = []
    func add(_ words: String...) { all.append(words.map(\.bytes)) }
    for reset in ["FLUSHALL SYNC", "FUNCTION FLUSH", "SCRIPT FLUSH", "CONFIG RESETSTAT"] {
      all.append(reset.split(separator: " ").map { String($0).bytes })
    }
    add("set", "s", "hello world")
    add("set", "int", "42")
    add("set", "float", "3.25")
    add("set", "empty", "")
    add("set", "ключ", "значение")
    add("set", "key with space", "line\nfeed \"quoted\"")
    all.append(["set".bytes, "bin".bytes, values[8]])
    all.append(["set".bytes, [0xFF, 0x00, 0x0A], values[9]])
    all.append(["set".bytes, [], "empty name".bytes])
    add("setbit", "bits", "7", "1")
    all.append(["hset".bytes, "h".bytes] + zip(fields, values).flatMap { [$0, $1] })
    for index in 0..<150 {
      add("hset", "hbig", "field:\(index)", "value \(index)")
      add("rpush", "lbig", "element \(index)")
      add("zadd", "zbig", "\(Double(index) / 7)", "member:\(index)")
    }
    all.append(["rpush".bytes, "l".bytes] + values)
    all.append(["sadd".bytes, "set".bytes] + values)
    add("sadd", "ints", "1", "2", "3")
    add("zadd", "z", "1", "a", "1.5", "b", "0.1", "Palermo", "1e20", "Catania", "-3", "12")
    add("zadd", "zinf", "inf", "a", "-inf", "b", "0", "grün")
    add("geoadd", "geo", "13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania")
    add("xadd", "x", "1-1", "f", "v", "n", "12")
    add("xadd", "x", "2-1", "f", "grün", "f", "twice")
    all.append(["xadd".bytes, "x".bytes, "3-1".bytes, [0xFF], values[8]])
    add("xadd", "x2", "1-1", "only", "one")
    add("xgroup", "create", "x", "g", "0")
    add("xgroup", "create", "x", "g2", "$")
    add("xreadgroup", "group", "g", "alice", "count", "2", "streams", "x", ">")
    add("pfadd", "hll", "a", "b", "c")
    add("pfadd", "hll2", "c", "d")
    add(
      "function", "load",
      "#!lua name=lib\nredis.register_function('one', function() return {1} end)\n"
        + "redis.register_function{function_name='ro', callback=function() return 'x' end, "
        + "flags={'no-writes'}, description='reads'}"
    )
    add(
      "acl", "setuser", "alice", "reset", "on", ">pw", "~a*", "&ch", "+get", "-set", "(~b* +@read)")
    return all
  }()

  /// Whole cases: lines that are answered together, as a transaction's are.
  static let cases: [[[[UInt8]]]] =
    lines.map { $0.map { $0.split(separator: " ").map { String($0).bytes } } } + [
      [
        [
          "eval".bytes, "return {1,{2,{3,{4,{5,{6,{7,{8,{9,{'deep'}}}}}}}}},'after',{}}".bytes,
          "0".bytes,
        ]
      ],
      [
        [
          "eval".bytes, "local t={} for i=1,12 do t[i]={i,{tostring(i)}} end return t".bytes,
          "0".bytes,
        ]
      ],
      [
        [
          "eval".bytes,
          "return {redis.error_reply('ERR inner'),redis.status_reply('S'),'b',2,false}".bytes,
          "0".bytes,
        ]
      ],
      [
        [
          "eval".bytes, "return redis.error_reply('CODE with \"quotes\" and \\\\')".bytes,
          "0".bytes,
        ]
      ],
      [
        ["set".bytes, "big".bytes, [UInt8](repeating: 0x78, count: 200_000)],
        ["get".bytes, "big".bytes],
      ],
    ]

  private static let lines: [[String]] = [
    ["hgetall h"], ["hgetall hbig"], ["HGETALL nokey"], ["hgetall s"], ["config get *"],
    ["config get nosuch"], ["config get maxmemory"], ["xinfo stream x"], ["xinfo stream x full"],
    ["xinfo stream x FULL count 1"], ["xinfo groups x"], ["xinfo consumers x g"], ["memory stats"],
    ["xinfo stream nokey"], ["acl getuser alice"], ["acl getuser default"], ["acl getuser nobody"],
    ["command"], ["command info get config nosuch"], ["command docs"],
    ["command docs xread config"],
    ["command count"], ["command list"], ["command getkeysandflags lmove a b left right"],
    ["function list"], ["function list withcode"], ["function stats"], ["fcall one 0"],
    ["fcall_ro ro 0"], ["pubsub numsub a b"], ["pubsub numsub"], ["pubsub channels"],
    ["xread streams x 0"], ["xread count 1 streams x x2 0 0"], ["xread streams nokey 0"],
    ["xreadgroup group g alice streams x 0"], ["xreadgroup group g bob count 1 streams x >"],
    ["xreadgroup group g2 bob streams x >"], ["xrange x - +"], ["xpending x g"],
    ["xpending x g - + 10"], ["xautoclaim x g bob 0 0 count 1"], ["zadd z incr 1 a"],
    ["zadd z 5 new"], ["zadd z nx incr 1 a"], ["zincrby z 0.1 b"], ["zscore z a"],
    ["zscore z nobody"],
    ["zmscore z a nobody b"], ["zrange z 0 -1"], ["zrange z 0 -1 withscores"],
    ["zrange zinf 0 -1 WITHSCORES"],
    ["zrange nokey 0 -1 withscores"], ["zrange zbig 0 -1 withscores"],
    ["zrevrange z 0 1 withscores"],
    ["zrangebyscore z -inf +inf withscores limit 0 2"], ["zrangebyscore withscores 0 1"],
    ["zrange z (1 5 byscore withscores"], ["zdiff 1 z withscores"], ["zinter 2 z zinf withscores"],
    ["zunion 2 z zinf weights 2 3 withscores"], ["zunion 1 withscores"],
    ["zrandmember z 100 withscores"],
    ["zrandmember nokey"], ["zpopmin z"], ["zpopmax zbig 3"], ["zpopmin nokey"],
    ["zpopmin nokey 2"],
    ["zmpop 1 zbig min count 2"], ["zmpop 1 nokey max"], ["bzpopmin zbig 1"],
    ["bzpopmax nokey 0.01"],
    ["bzmpop 1 1 zbig max"], ["blpop lbig 1"], ["blpop nokey 0.01"],
    ["lmpop 2 nokey lbig left count 2"],
    ["hrandfield hbig 1000 withvalues"], ["hrandfield nokey 2 withvalues"], ["hrandfield nokey"],
    ["geopos geo Palermo nobody Catania"], ["geodist geo Palermo Catania km"],
    ["geohash geo Palermo nobody"],
    ["georadius geo 15 37 200 km withcoord withdist withhash asc"],
    ["georadius geo 15 37 200 km asc"],
    ["geosearch geo fromlonlat 15 37 byradius 200 km asc withcoord"],
    ["georadiusbymember geo Palermo 200 km withcoord desc"], ["lcs s float"], ["lcs s float len"],
    ["lcs s s idx"], ["lcs s s idx minmatchlen 4 withmatchlen"], ["smembers set"],
    ["smembers ints"],
    ["sinter set ints"], ["spop nokey"], ["spop ints 10"], ["lrange l 0 -1"], ["lrange lbig 0 -1"],
    ["lrange nokey 0 -1"], ["mget s nokey int"], ["hmget h f nofield"], ["get bin"], ["get nokey"],
    ["get h"], ["hget"], ["nosuchcommand a b"], ["exists s"], ["keys *"], ["keys"],
    ["keys nothing*"],
    ["scan 0 count 1000"], ["hscan h 0"], ["zscan zinf 0"], ["sscan set 0"],
    ["bitfield s get u8 0 set u4 0 15"],
    ["bitfield int overflow fail incrby i8 0 127 get u8 0"], ["dump s"], ["object encoding hbig"],
    ["object help"], ["client getname"], ["client trackinginfo"], ["client info"], ["client help"],
    ["client list type master"], ["client list type bogus"], ["client list id 999999"], ["role"],
    ["latency latest"], ["latency doctor x"], ["slowlog get"], ["slowlog len"], ["module list"],
    ["info server"],
    ["info"], ["INFO nosuch"], ["lolwut version 7"], ["memory doctor"], ["cluster info"],
    ["cluster nodes"],
    ["cluster help"], ["time"], ["lastsave"], ["dbsize"], ["ttl s"], ["type h"], ["acl whoami"],
    ["acl list"],
    ["acl users"], ["acl cat"], ["acl log"], ["debug object s"], ["sort ints desc"],
    ["sort l alpha"],
    ["wait 0 0"], ["ping"], ["echo x"], ["hello 9"], ["hello x"], ["script exists a b"],
    ["latency histogram nosuch"], ["copy s s2"], ["bitcount s"], ["pfcount hll hll2"],
    ["getrange s 0 3"],
    ["multi", "hgetall h", "set a 1", "zrange z 0 -1 withscores", "get nokey", "exec"],
    ["multi", "info server", "config get maxmemory", "client info", "exec"],
    ["multi", "lpush s 1", "xread streams x 0", "hgetall nokey", "exec"], ["multi", "exec"],
    ["multi", "nosuchcommand", "get s", "exec"], ["multi", "set a 1", "discard"], ["exec"],
    ["discard"],
    ["multi", "multi", "exec"], ["watch s", "set s 2", "multi", "get s", "exec"],
    ["multi", "watch s", "exec"],
    ["multi", "command info get", "select 0", "zscore z a", "exec"],
    ["multi", "zpopmin zbig 2", "exec"],
    ["publish ch x"], ["unwatch"], ["hello"],
  ]

  /// Cases for which only the shape can be the same: numbers differ from one moment to the next.
  static let moving: Set<String> = [
    "acl log", "client id", "client info", "client list", "debug object", "expiretime", "info",
    "lastsave",
    "memory doctor", "memory stats", "memory usage", "multi info", "object freq", "object idletime",
    "pexpiretime", "pttl", "time", "ttl", "xautoclaim", "xclaim", "xinfo consumers", "xinfo groups",
    "xinfo stream", "xpending", "hello",
  ]

  static func isMoving(_ words: [[UInt8]]) -> Bool {
    let names = words.prefix(2).map(lowercased)
    return moving.contains(names.first ?? "") || moving.contains(names.joined(separator: " "))
  }
}
