import Glibc
import Testing

@testable import sesscli

@Suite struct BuiltInLocaleTests {
  @Test func theLocaleThatComesAlongIsOneThatTheCLibraryLoads() throws {
    let content = try #require(BuiltInLocale.content)
    // How long glibc's files of this category are is in the comment that the generator writes.
    #expect(content.count > 20_000)
    let folder = try TemporaryFolder()
    let isLoaded = BuiltInLocale.withFile(in: [folder.path]) {
      guard let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return false }
      defer { freelocale(locale) }
      // The system's own C.UTF-8 knows capitals beyond ASCII, this one does not.
      #expect(towupper_l(0x61, locale) == 0x41)
      #expect(towupper_l(0xE9, locale) == 0xE9)
      #expect(iswalpha_l(0xE9, locale) != 0)
      return String(cString: nl_langinfo_l(nl_item(CODESET), locale)) == "UTF-8"
    }
    #expect(isLoaded)
    // Nothing stays behind, neither in the folder nor in the environment.
    #expect(rmdir(folder.path) == 0)
    #expect(getenv("LOCPATH") == nil)
    #expect(!BuiltInLocale.withFile(in: [folder.path + "/missing"]) { true })
  }
}
