import Glibc
import Testing

@testable import sesscli

@Suite struct BuiltInLocaleTests {
  @Test func theLocaleThatComesAlongIsOneThatTheCLibraryLoads() throws {
    let content = try #require(BuiltInLocale.content)
    // How long glibc's files of this category are is in the comment that the generator writes.
    #expect(content.count > 20_000)
    let folder = try TemporaryFolder()
    // Under a name that no system has, so that it can be no other.
    let isLoaded = BuiltInLocale.withFile(in: [folder.path], named: "sesscli.UTF-8") {
      guard let locale = newlocale(LC_CTYPE_MASK, "sesscli.UTF-8", nil) else { return false }
      defer { freelocale(locale) }
      return String(cString: nl_langinfo_l(nl_item(CODESET), locale)) == "UTF-8"
    }
    #expect(isLoaded)
    // Nothing stays behind, neither in the folder nor in the environment.
    #expect(rmdir(folder.path) == 0)
    #expect(getenv("LOCPATH") == nil)
    #expect(!BuiltInLocale.withFile(in: [folder.path + "/missing"]) { true })
  }
}
