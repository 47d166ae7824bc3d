import Testing

@testable import SessionFormats

@Suite struct PHPGadgetTests {
  private func findings(_ text: String) throws -> [Finding] {
    try Decoded(detecting: Array(text.utf8)).reading.findings
  }

  @Test(arguments: [
    ("Monolog\\Handler\\SyslogUdpHandler", "Monolog"), ("GuzzleHttp\\Psr7\\FnStream", "Guzzle"),
    ("GuzzleHttp\\Cookie\\FileCookieJar", "Guzzle"),
    ("Illuminate\\Broadcasting\\PendingBroadcast", "Laravel"),
    ("Illuminate\\Foundation\\Testing\\PendingCommand", "Laravel"),
    ("Symfony\\Component\\Cache\\Adapter\\TagAwareAdapter", "Symfony"),
    ("Symfony\\Component\\Process\\Pipes\\WindowsPipes", "Symfony"),
    ("Swift_KeyCache_DiskKeyCache", "SwiftMailer"), ("WP_HTML_Token", "WordPress"),
    ("yii\\db\\BatchQueryResult", "Yii2"),
    ("CodeIgniter\\Cache\\Handlers\\RedisHandler", "CodeIgniter4"),
    ("Doctrine\\Common\\Cache\\Psr6\\CacheAdapter", "Doctrine"), ("Zend_Log", "ZendFramework"),
    ("Magento\\RemoteStorage\\Model\\TmpFileCopier", "Magento2"), ("Archive_Tar", "Drupal7"),
    ("think\\process\\pipes\\Windows", "ThinkPHP"), ("Slim\\Http\\Response", "Slim"),
    ("Opis\\Closure\\SerializableClosure", "a closure, whose source is evaluated"),
    // PHP's class names have no case, and may begin with a backslash.
    ("monolog\\HANDLER\\bufferhandler", "Monolog"),
    ("\\Monolog\\Handler\\BufferHandler", "Monolog"),
  ])
  func chains(name: String, chain: String) throws {
    let object = "O:\(name.utf8.count):\"\(name)\":0:{}"
    let found = try findings("user|i:1;x|a:1:{i:0;\(object)}")
    #expect(found.map(\.name) == [name])
    #expect(found.first?.effect == .create)
    #expect(found.first?.remark == "gadget: \(chain)")
    #expect(found.first?.offset == 20)
    guard case .object(let read) = try Format.php.read(Array(object.utf8)).value else {
      Issue.record("no object")
      return
    }
    #expect(read.isDangerous)
  }

  /// Classes that sessions have every day.
  @Test(arguments: [
    "stdClass", "DateTime", "Carbon\\Carbon", "App\\Models\\User",
    "Illuminate\\Support\\Collection",
    "Illuminate\\Support\\ViewErrorBag", "Illuminate\\Support\\MessageBag", "ArrayObject",
    "Symfony\\Component\\Security\\Core\\Authentication\\Token\\UsernamePasswordToken",
    "Doctrine\\Common\\Collections\\ArrayCollection", "Doctrine\\ORM\\PersistentCollection",
    "GuzzleHttp\\Psr7\\Uri", "GuzzleHttp\\Cookie\\CookieJar", "WP_User", "WP_Post", "CDbCriteria",
    "Zend\\Stdlib\\ArrayObject", "Laminas\\Stdlib\\ArrayObject", "Magento\\Framework\\DataObject",
    "Cake\\I18n\\FrozenTime", "Mage_Core_Model_Message_Success", "Money\\Money", "Twig\\Markup",
    "Monolog", "Handler", "Illuminate\\Database\\Eloquent\\Collection",
  ])
  func everydayClasses(name: String) {
    #expect(PHPGadgets.chain(of: name) == nil)
  }

  /// Symfony keeps its token serialized in an attribute; so may an attacker keep another thing.
  @Test func inAString() throws {
    let gadget = "O:31:\"Monolog\\Handler\\FingersCrossedH\":0:{}"
    let found = try findings("t|s:\(gadget.utf8.count):\"\(gadget)\";")
    #expect(found.map(\.name) == ["Monolog\\Handler\\FingersCrossedH"])
    #expect(found.first?.remark == "gadget: Monolog, in a string")
    #expect(found.first?.offset == 8)
  }

  @Test func inACustomBody() throws {
    let body = "a:1:{i:0;O:9:\"Mockery\\A\":0:{}}"
    let found = try findings("a:1:{i:0;C:1:\"U\":\(body.utf8.count):{\(body)}}")
    #expect(found.map(\.name) == ["Mockery\\A"])
  }

  /// Twice Laravel's way: through the layers.
  @Test func inLaravelsSession() throws {
    let inner = "a:1:{s:1:\"x\";O:40:\"Illuminate\\Broadcasting\\PendingBroadcast\":0:{}}"
    let decoded = try Decoded(detecting: Array("s:\(inner.utf8.count):\"\(inner)\";".utf8))
    #expect(decoded.chain == "PHP string > PHP")
    #expect(decoded.reading.findings.count == 1)
    #expect(
      String(decoding: JSONWriter.json(decoded.value), as: UTF8.self)
        == #"{"x":{"$danger":"Illuminate\\Broadcasting\\PendingBroadcast"}}"#)
  }
}
