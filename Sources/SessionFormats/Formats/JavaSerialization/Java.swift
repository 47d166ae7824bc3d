// https://docs.oracle.com/en/java/javase/17/docs/specs/serialization/protocol.html

extension Format {
  /// Java's object serialization: Spring Session by default, Shiro, tomcat-redis-session-manager, Micronaut. A stream
  /// names classes and what their instances hold; here none is ever looked up.
  static let java = Format(
    name: "java", labels: ["java-serialization"],
    summary: "Java's object serialization; known gadget classes are findings",
    recognizes: { $0.count > 4 && $0.starts(with: JavaMachine.magic) },
    hasSignature: { $0.starts(with: JavaMachine.magic) },
    read: JavaStream.read,
    transcode: JavaStream.transcode,
    explain: JavaStream.explain)
}

enum JavaStream {
  static func read(_ payload: ByteReader) throws(PayloadError) -> Reading {
    var machine = JavaMachine(payload)
    let roots: [Int]
    do throws(PayloadError) {
      roots = try machine.run()
    } catch {
      throw error.finding(findings(payload, &machine))
    }
    // Marks what is dangerous, which the value shows.
    let findings = machine.findings()
    let value: Value
    do throws(PayloadError) {
      value = try machine.result(roots)
    } catch {
      throw error.finding(findings)
    }
    if roots.count > 1 {
      machine.note("\(roots.count) values, one after the other")
    }
    return Reading(
      value, label: "Java serialization", findings: findings, notes: machine.notes)
  }

  /// What Java has done when it meets the error: values that were read whole, as `readObject` looks no further, and
  /// objects of the class descriptions that were read.
  private static func findings(
    _ payload: ByteReader, _ machine: inout JavaMachine
  ) -> [Finding] {
    if machine.rootEnd > 0 {
      let whole = Array(payload.bytes[..<machine.rootEnd])
      var inner = JavaMachine(ByteReader(whole, nodeLimit: payload.nodeLimit))
      if (try? inner.run()) != nil, case let findings = inner.findings(), !findings.isEmpty {
        return findings
      }
    }
    return machine.gadgets()
  }

  static func transcode(
    _ payload: ByteReader, _ writer: inout JSONWriter
  ) throws(PayloadError) -> Bool {
    var machine = JavaMachine(payload)
    let roots = try machine.run()
    guard roots.count == 1, !machine.hasShared, machine.suspects.isEmpty, !machine.hasURL,
      machine.notes.isEmpty
    else { return false }
    try machine.write(roots[0], to: &writer)
    return true
  }

  /// Each type code with its offset; the last line says where and why the payload cannot be read.
  static func explain(_ bytes: [UInt8]) -> [String] {
    var machine = JavaMachine(ByteReader(bytes))
    machine.lines = []
    var failure: PayloadError?
    do throws(PayloadError) { _ = try machine.run() } catch { failure = error }
    var lines = machine.lines ?? []
    if lines.count == JavaMachine.maximumLines { lines.append("... and more") }
    if let failure { lines.append("\(failure)") }
    return lines
  }
}

extension JavaMachine {
  /// Lines listed: about what a person scrolls through.
  static let maximumLines = 100_000

  mutating func append(line: String, _ at: Int) {
    guard let count = lines?.count, count < Self.maximumLines else { return }
    let offset = String(at)
    let padding = String(repeating: " ", count: max(0, 6 - offset.utf8.count))
    let indent = String(repeating: "  ", count: reader.depth)
    lines?.append("\(padding)\(offset): \(indent)\(line)")
  }

  /// A handle as the stream writes it: `0x7e0002`.
  mutating func handleText(_ index: Int) -> String {
    "0x" + String(Self.firstHandle + classes[index].handle, radix: 16)
  }

  mutating func describe(_ index: Int) -> String {
    let type = classes[index]
    let names: [(JavaClass.Flags, String)] = [
      (.writeMethod, "SC_WRITE_METHOD"), (.serializable, "SC_SERIALIZABLE"),
      (.externalizable, "SC_EXTERNALIZABLE"), (.blockData, "SC_BLOCK_DATA"),
      (.enumeration, "SC_ENUM"),
    ]
    let flags = names.filter { type.flags.contains($0.0) }.map(\.1).joined(separator: " | ")
    return "TC_CLASSDESC \(handleText(index)) \(legible(string(type.name))) \(type.version)"
      + (flags.isEmpty ? "" : " \(flags)")
  }
}
