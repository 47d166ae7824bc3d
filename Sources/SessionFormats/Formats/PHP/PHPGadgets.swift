// The chains are those of https://github.com/ambionics/phpggc, by the classes that they begin or end with.

/// Classes that have no business in a session and are parts of published chains: a payload that creates one makes
/// code of the application call what the payload says, in a destructor as a rule.
///
/// The list says what is known to be dangerous. What is not on it may be as well: any class's destructor may be.
enum PHPGadgets {
  /// The name of the chains that a class is part of. PHP's class names have no case, and may begin with `\`.
  static func chain(of name: String) -> String? {
    var name = name.lowercased()
    if name.first == "\\" { name.removeFirst() }
    if let chain = classes[name] { return chain }
    // A prefix is a namespace, or all before the last `_` that counts in the days before namespaces.
    for (index, byte) in zip(name.utf8.indices, name.utf8)
    where byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "_") {
      if let chain = prefixes[String(name[...index])] { return chain }
    }
    return nil
  }

  private static let closure = "a closure, whose source is evaluated"

  private static let prefixes: [String: String] = [
    "cake\\console\\": "CakePHP", "cake\\database\\": "CakePHP", "cake\\shell\\": "CakePHP",
    "codeception\\": "Yii2",
    "codeigniter\\cache\\": "CodeIgniter4", "codeigniter\\database\\": "CodeIgniter4",
    "codeigniter\\session\\": "CodeIgniter4", "codeigniter\\validation\\": "CodeIgniter4",
    "doctrine\\common\\annotations\\": "Doctrine", "doctrine\\common\\cache\\": "Doctrine",
    "dompdf\\": "Dompdf",
    "drupal\\component\\dependencyinjection\\": "Drupal9", "drupal\\core\\config\\": "Drupal9",
    "drupal\\core\\database\\": "Drupal",
    "faker\\": "Laravel",
    "guzzlehttp\\handler\\": "Guzzle",
    "horde_kolab_server_": "Horde",
    "illuminate\\broadcasting\\": "Laravel", "illuminate\\foundation\\testing\\": "Laravel",
    "illuminate\\queue\\": "Laravel", "illuminate\\routing\\": "Laravel",
    "illuminate\\validation\\": "Laravel", "illuminate\\view\\": "Laravel",
    "jeremeamia\\superclosure\\": closure,
    "laminas\\cache\\": "Laminas", "laminas\\diactoros\\": "Drupal9", "laminas\\log\\": "Laminas",
    "laravel\\serializableclosure\\": closure,
    "league\\flysystem\\": "ThinkPHP",
    "magento\\remotestorage\\": "Magento2",
    "mockery\\": "Laravel",
    "monolog\\handler\\": "Monolog",
    "opis\\closure\\": closure,
    "phpexcel_cachedobjectstorage_": "WordPress/PHPExcel", "phpexcel_shared_": "WordPress/PHPExcel",
    "phpoption\\": "Laravel",
    "phpseclib\\net\\": "PHPSecLib", "phpseclib3\\net\\": "PHPSecLib",
    "phpunit\\": "PHPUnit", "phpunit_": "PHPUnit",
    "predis\\": "CodeIgniter4",
    "prophecy\\": "PHPUnit",
    "psy\\": "PsySH",
    "react\\promise\\": "CakePHP",
    "sebastianbergmann\\": "PHPUnit",
    "sfoutputescaper_": "Symfony",
    "smarty_internal_": "Smarty",
    "superclosure\\": closure,
    "swift_": "SwiftMailer",
    "symfony\\component\\cache\\": "Symfony", "symfony\\component\\console\\": "Symfony",
    "symfony\\component\\dependencyinjection\\": "Symfony",
    "symfony\\component\\finder\\": "Symfony", "symfony\\component\\process\\": "Symfony",
    "symfony\\component\\routing\\loader\\": "Symfony",
    "symfony\\component\\templating\\": "Symfony",
    "think\\cache\\": "ThinkPHP", "think\\console\\": "ThinkPHP", "think\\db\\": "ThinkPHP",
    "think\\log\\": "ThinkPHP", "think\\process\\": "ThinkPHP", "think\\route\\": "ThinkPHP",
    "think\\session\\": "ThinkPHP",
    "wporg\\requests\\": "WordPress",
    "yii\\caching\\": "Yii2", "yii\\db\\": "Yii2", "yii\\rest\\": "Yii2",
    "zend\\log\\": "ZendFramework",
    "zend_codegenerator_": "Magento", "zend_log_": "ZendFramework", "zend_memory_": "Magento",
  ]

  private static let classes: [String: String] = [
    "archive_tar": "Drupal7",
    "bitrix\\main\\orm\\data\\result": "Bitrix",
    "cfilecache": "Yii",
    "codeigniter\\model": "CodeIgniter4",
    "credis_client": "Magento",
    "guzzlehttp\\cookie\\filecookiejar": "Guzzle", "guzzlehttp\\handlerstack": "Guzzle",
    "guzzlehttp\\psr7\\appendstream": "Guzzle", "guzzlehttp\\psr7\\cachingstream": "Guzzle",
    "guzzlehttp\\psr7\\fnstream": "Guzzle", "guzzlehttp\\psr7\\pumpstream": "Guzzle",
    "illuminate\\auth\\requestguard": "Laravel", "illuminate\\bus\\dispatcher": "Laravel",
    "illuminate\\database\\databasemanager": "Laravel",
    "illuminate\\events\\dispatcher": "Laravel",
    "illuminate\\notifications\\channelmanager": "Laravel",
    "illuminate\\support\\testing\\fakes\\chainedbatchtruthtest": "Laravel",
    "imagick": "PHP",
    "jdatabasedrivermysqli": "Joomla", "jsimplepiefactory": "Joomla",
    "laminas\\http\\response\\stream": "Laminas",
    "league\\commonmark\\environment\\environment": "Laravel",
    "phalcon\\logger\\adapter\\file": "Phalcon",
    "phar": "PHP", "phardata": "PHP", "pharfileinfo": "PHP",
    "requests_utility_filterediterator": "WordPress",
    "schemacache": "Drupal7",
    "sfdoctrinepager": "Symfony", "sfoutputescaperarraydecorator": "Symfony",
    "sfoutputescaperobjectdecorator": "Symfony",
    "simplepie": "Joomla",
    "slim\\app": "Slim", "slim\\container": "Slim", "slim\\http\\response": "Slim",
    "soapclient": "PHP",
    "symfony\\component\\httpfoundation\\session\\storage\\mockfilesessionstorage": "Doctrine",
    "symfony\\component\\string\\lazystring": "Symfony",
    "tcpdf": "TCPDF",
    "think\\model\\pivot": "ThinkPHP",
    "wc_log_handler_file": "WordPress/WooCommerce",
    "wp_block_list": "WordPress", "wp_html_token": "WordPress", "wp_theme": "WordPress",
    "zend\\http\\response\\stream": "ZendFramework",
    "zend_http_response_stream": "ZendFramework", "zend_layout": "ZendFramework",
    "zend_log": "ZendFramework",
  ]
}
