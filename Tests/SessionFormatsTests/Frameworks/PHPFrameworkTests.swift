import Testing

@testable import SessionFormats

@Suite struct PHPFrameworkTests {
  /// What the header says of each fixture's session, at 2023-11-14T22:13:20Z.
  @Test(arguments: [
    (
      "symfony-login.bin",
      [
        Fact("user", "ada@example.org"), Fact("created", "2023-11-14T22:13:20Z, 0 s ago"),
        Fact("last seen", "2023-11-14T22:18:20Z, in 5 min"), Fact("flashes", "1"),
      ]
    ),
    (
      "codeigniter3.bin",
      [
        Fact("user", "42"), Fact("id made", "2023-11-14T22:13:20Z, 0 s ago"), Fact("flashes", "1"),
      ]
    ),
    (
      "codeigniter4.bin",
      [
        Fact("user", "42"), Fact("id made", "2023-11-14T22:13:20Z, 0 s ago"),
        Fact("last page", "http://localhost/index.php/login"), Fact("flashes", "1"),
      ]
    ),
    (
      "yii2.bin",
      [
        Fact("user", "42"), Fact("login ends", "2023-11-14T23:13:20Z, in 1 h"),
        Fact("flashes", "1"),
      ]
    ),
    (
      "cakephp.bin",
      [
        Fact("user", "42"), Fact("last seen", "2023-11-14T22:13:20Z, 0 s ago"),
        Fact("flashes", "1"),
      ]
    ),
    ("thinkphp.bin", [Fact("user", "42"), Fact("flashes", "1")]),
    (
      "laravel.bin",
      [
        Fact("user", "42"), Fact("last page", "http://localhost/account"), Fact("flashes", "1"),
      ]
    ),
    ("phpredis-php.bin", [Fact("user", "42")]),
    ("wordpress.bin", [Fact("group", "posts")]),
    (
      "nextcloud.bin",
      [Fact("encrypted", "AES-CBC, version 3, with the cookie oc_sessionPassphrase")]
    ),
  ])
  func facts(file: String, facts: [Fact]) throws {
    let payload = try #require(
      StoreManifest.all.first { $0.folder == "php" && $0.file == file })
    let decoded = try Decoded(detecting: payload.bytes(of: file), context: payload.context)
    let stored = Stored(decoded, key: payload.context.key, now: payload.context.now)
    #expect(Framework.sighting(of: stored)?.facts == facts)
  }

  private func sighting(_ text: String, key: String? = nil) throws -> Sighting? {
    let decoded = try Decoded(detecting: Array(text.utf8))
    return Framework.sighting(of: Stored(decoded, key: key.map { Array($0.utf8) }))
  }

  @Test(arguments: [
    ("laravel_database_laravel_cache:", "Laravel 10 or older"),
    ("laravel_database_laravel_cache_", "Laravel 11 or 12"),
    ("laravel-database-laravel-cache-", "Laravel 12 or newer"), ("other:", "Laravel"),
  ])
  func laravelByItsKey(prefix: String, name: String) throws {
    let token = String(repeating: "t", count: 40)
    let session = "a:2:{s:6:\"_token\";s:40:\"\(token)\";s:6:\"_flash\";a:0:{}}"
    let stored = "s:\(session.utf8.count):\"\(session)\";"
    #expect(try sighting(stored, key: prefix + token)?.name == name)
  }

  @Test func locks() throws {
    let php = try sighting("web1|4711", key: "PHPREDIS_SESSION:k8v1q2n8rm0u7d3h4t6b9e0aa1_LOCK")
    #expect(php?.name == "PHP session (phpredis), lock")
    #expect(php?.facts == [Fact("host", "web1"), Fact("process", "4711")])
    let ci = try sighting("1700000000", key: "ci_session:7d2b4e8f9a517c0d4b2e0391f6b1c0de:lock")
    #expect(ci?.facts == [Fact("taken", "2023-11-14T22:13:20Z")])
  }

  @Test func clusters() throws {
    #expect(
      try sighting("a|i:1;", key: "PHPREDIS_CLUSTER_SESSION:k8v1q2n8rm0u7d3h4t6b9e0aa1")?.name
        == "PHP session (phpredis, cluster)")
  }

  /// A user in an object of the application's.
  @Test func userObjects() throws {
    let user = "O:8:\"App\\User\":1:{s:8:\"\0*\0email\";s:5:\"a@b.c\";}"
    #expect(
      try sighting("user|\(user)", key: "PHPREDIS_SESSION:k8v1q2n8rm0u7d3h4t6b9e0aa1")?.facts
        == [Fact("user", "a@b.c")])
  }

  @Test(arguments: ["user|i:1;", "a:1:{s:6:\"_token\";s:1:\"x\";}", "hello", "s:5:\"hello\";"])
  func nobodys(text: String) throws {
    #expect(try sighting(text) == nil)
  }
}
