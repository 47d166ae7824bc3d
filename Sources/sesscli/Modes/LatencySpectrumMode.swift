import RedisClient

/// `--latency-dist`: how many of the PINGs of each second (`-i`) took how long, as a row of letters
/// whose colour tells the share. Without colours (`--no-color`, a pipe) the row names the shares.
struct LatencySpectrumMode {
  /// Rows between two legends.
  private static let legendInterval = 20

  /// A letter for times up to so many microseconds, above those of the one before.
  static let buckets: [(letter: Character, limit: Double)] = [
    (".", 10), ("-", 125), ("*", 250), ("#", 500),
    ("1", 1_000), ("2", 2_000), ("3", 3_000), ("4", 4_000), ("5", 5_000), ("6", 6_000),
    ("7", 7_000), ("8", 8_000), ("9", 9_000),
    ("A", 10_000), ("B", 20_000), ("C", 30_000), ("D", 40_000), ("E", 50_000),
    ("F", 100_000), ("G", 200_000), ("H", 300_000), ("I", 400_000), ("J", 500_000),
    ("K", 1_000_000), ("L", 2_000_000), ("M", 4_000_000), ("N", 8_000_000), ("O", 16_000_000),
    ("P", 30_000_000), ("Q", 60_000_000), ("?", .infinity),
  ]
  /// Numbers of colours in the terminal's 256, for shares from none to all.
  private static let colours = [
    0, 233, 234, 235, 237, 239, 241, 243, 245, 247, 144, 143, 142, 184, 226, 214, 208, 202, 196,
  ]
  private static let greys = [0, 233, 234, 235, 237, 239, 241, 243, 245, 247, 249, 251, 253]

  private let session: Session
  private var colours: [Int] { session.options.isMono ? Self.greys : Self.colours }

  init(_ session: Session) { self.session = session }

  func run() throws {
    let given = session.options.interval ?? 0
    let interval = given > 0 ? given : 1
    let limit = session.options.repeats ?? -1
    var counts = [Int](repeating: 0, count: Self.buckets.count)
    var rows = 0
    var start = monotonicSeconds()
    while rows != limit {
      guard let seconds = try session.pingSeconds() else { break }
      counts[Self.bucket(seconds * 1_000_000)] += 1
      if monotonicSeconds() - start > interval {
        if rows % Self.legendInterval == 0 { legend() }
        session.console.output.write(row(counts) + "\n")
        session.console.output.flush()
        try session.console.output.check()
        counts = [Int](repeating: 0, count: Self.buckets.count)
        rows += 1
        start = monotonicSeconds()
      }
      if rows != limit, !Interrupt.pause(LatencyMode.rate) { break }
    }
    session.console.endWatching()
  }

  static func bucket(_ microseconds: Double) -> Int {
    buckets.firstIndex { microseconds <= $0.limit } ?? buckets.count - 1
  }

  private func legend() {
    let line = String(repeating: "-", count: 45)
    var scale = ""
    if session.console.palette.isColoured {
      scale =
        "From 0 to 100%: " + colours.map { "\u{1B}[48;5;\($0)m " }.joined() + "\u{1B}[0m\n"
    }
    session.console.output.write(
      """
      \(line)
      . - * #          .01 .125 .25 .5 milliseconds
      1,2,3,...,9      from 1 to 9     milliseconds
      A,B,C,D,E        10,20,30,40,50  milliseconds
      F,G,H,I,J        .1,.2,.3,.4,.5       seconds
      K,L,M,N,O,P,Q,?  1,2,4,8,16,30,60,>60 seconds
      \(scale)\(line)

      """)
  }

  func row(_ counts: [Int]) -> String {
    let total = max(1, counts.reduce(0, +))
    guard session.console.palette.isColoured else {
      let shares = zip(Self.buckets, counts).filter { $0.1 > 0 }.map { bucket, count in
        "\(bucket.letter) \(fixed(100 * Double(count) / Double(total), 1))%"
      }
      return shares.joined(separator: "  ")
    }
    let cells = zip(Self.buckets, counts).map { bucket, count in
      // The lowest colour is for none at all.
      let step = (Double(count) / Double(total) * Double(colours.count - 1)).rounded(.up)
      return "\u{1B}[48;5;\(colours[Int(step)])m\(bucket.letter)"
    }
    return "\u{1B}[38;5;0m" + cells.joined() + "\u{1B}[0m"
  }
}
