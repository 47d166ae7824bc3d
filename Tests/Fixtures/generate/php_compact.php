<?php
// Makes Tests/Fixtures/igbinary: sessions as PHP's handlers `igbinary` and `msgpack` keep them in Redis, and what object
// caches keep. Made with PHP 8.2, phpredis, php-igbinary and php-msgpack of Debian 12.
//
//     php php_compact.php unix:///path/to/redis.sock FOLDER
//
// Expected values are written from PHP's own values (`plain`), or by hand where a value refers to another one.

error_reporting(E_ALL & ~E_DEPRECATED);

enum Suit: string { case Hearts = 'H'; case Spades = 'S'; }
enum Step { case Address; case Payment; }

class Account {
  public $id = 42;
  protected $email = 'ada@example.com';
  private $roles = ['admin', 'editor'];
  public ?Account $manager = null;
}
class Customer extends Account { private $segment = 'b2b'; }
class Token implements Serializable {
  public function __construct(public $secret = 's3cr3t') {}
  public function serialize() { return serialize($this->secret); }
  public function unserialize($text) { $this->secret = unserialize($text); }
}
class Opaque implements Serializable {
  public function serialize() { return "v1:\x01raw|body"; }
  public function unserialize($text) {}
}
class Money {
  public function __construct(private int $cents, private string $currency) {}
  public function __serialize(): array { return ['cents' => $this->cents, 'currency' => $this->currency]; }
  public function __unserialize(array $data): void { [$this->cents, $this->currency] = array_values($data); }
}
class Point {
  public function __serialize(): array { return [1.5, -2]; }
  public function __unserialize(array $data): void {}
}
class Cache { public $rows = [1, 2]; public function __sleep() { return ['rows']; } }

/** A value as sesscli's plain JSON has it; objects by hand. */
function plain($value) {
  if (is_array($value)) {
    if (array_is_list($value)) return array_map('plain', $value);
    return (object) array_map('plain', $value);
  }
  if (is_string($value) && !mb_check_encoding($value, 'UTF-8')) return ['$bytes' => base64_encode($value)];
  if (is_float($value) && is_nan($value)) return ['$float' => 'nan'];
  if (is_float($value) && is_infinite($value)) return ['$float' => $value < 0 ? '-inf' : 'inf'];
  return $value;
}

$scalars = [
  'user_id' => 42, 'name' => 'Ada ✓ Grüner Tee 緑茶 🫖', 'empty' => '', 'quote' => "say \"hi\"\\\n\t\u{202e}", 'binary' => "\x00\xff\x89PNG",
  'yes' => true, 'no' => false, 'none' => null,
  'widths' => [0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2147483647, 2147483648, 4294967295, 4294967296, PHP_INT_MAX,
    -1, -32, -33, -127, -128, -129, -255, -256, -257, -32768, -32769, -65535, -65536, -2147483648, -2147483649, -4294967295, -4294967296,
    PHP_INT_MIN],
  'doubles' => [0.1, 1.0, -0.0, 19.99, 1e25, 1e-7, M_PI, INF, -INF, NAN],
  'cart' => [
    ['sku' => 'TEA-0042', 'qty' => 2, 'price' => 12.9], ['sku' => 'POT-7', 'qty' => 1, 'price' => 39.0],
    ['sku' => 'TEA-0042', 'qty' => 3, 'price' => 12.9],
  ],
  'sparse' => [3 => 'c', 5 => 'e', -7 => 'z', 'k' => 'v'], 'late' => [1 => 'a', 0 => 'b'], 'flashes' => [], 'errors' => [],
  'nested' => ['a' => ['b' => ['c' => [[[]]]]]],
];
$long = ['page' => str_repeat('<p>Grüße</p>', 40)];
for ($i = 0; $i < 300; $i++) $long['list'][] = "item $i";
for ($i = 0; $i < 300; $i += 7) $long['again'][] = "item $i";

function objects() {
  $account = new Account; $customer = new Customer; $customer->manager = $account; $when = new DateTimeImmutable('2024-01-02 03:04:05.678901', new DateTimeZone('Europe/Berlin'));
  return [
    'account' => $account, 'customer' => $customer, 'same' => $account, 'suit' => Suit::Hearts, 'again' => Suit::Hearts, 'step' => Step::Payment,
    'when' => $when, 'utc' => new DateTime('2023-11-14 22:13:20+00:00'), 'token' => new Token, 'opaque' => new Opaque, 'price' => new Money(1290, 'EUR'),
    'point' => new Point, 'cache' => new Cache, 'std' => (object) ['a' => 1], 'list' => new ArrayObject(['x' => 1]),
  ];
}
$account = ['$class' => 'Account', 'id' => 42, 'email:protected' => 'ada@example.com', 'roles:private' => ['admin', 'editor'], 'manager' => null];
// In which order a class's own and its parent's properties come is PHP's; JSON objects are compared without it. The array of the
// roles is one for both objects, and igbinary writes it once: sesscli repeats it because it is short.
$objects = [
  'account' => $account,
  'customer' => ['$class' => 'Customer', 'segment:private' => 'b2b', 'id' => 42, 'email:protected' => 'ada@example.com',
    'roles:Account:private' => ['admin', 'editor'], 'manager' => ['$ref' => 1]],
  'same' => ['$ref' => 1], 'suit' => 'Suit::Hearts', 'again' => 'Suit::Hearts', 'step' => 'Step::Payment',
  'when' => ['$class' => 'DateTimeImmutable', '$args' => ['2024-01-02T03:04:05.678901[Europe/Berlin]']],
  'utc' => ['$class' => 'DateTime', '$args' => ['2023-11-14T22:13:20+00:00']],
  'token' => ['$class' => 'Token', '$state' => 's3cr3t'], 'opaque' => ['$class' => 'Opaque', '$state' => "v1:\x01raw|body"],
  'price' => ['$class' => 'Money', 'cents' => 1290, 'currency' => 'EUR'], 'point' => ['$class' => 'Point', '$state' => [1.5, -2]],
  'cache' => ['$class' => 'Cache', 'rows' => [1, 2]], 'std' => ['$class' => 'stdClass', 'a' => 1],
  'list' => ['$class' => 'ArrayObject', '$entries' => ['x' => 1]],
];

function references() {
  $shared = ['k' => [1, [2]]]; $count = 7; $node = new stdClass; $node->self = $node; $node->count = &$count;
  $loop = ['n' => 1]; $loop['me'] = &$loop; $object = new stdClass;
  return ['first' => &$shared, 'second' => &$shared, 'count' => &$count, 'node' => $node, 'loop' => &$loop, 'by' => &$object, 'ref' => &$object, 'direct' => $node];
}

// MARK: Writing

[$script, $socket, $folder] = $argv;
$redis = new Redis();
$redis->connect(substr($socket, strlen('unix://')));
$php = 'PHP ' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.' . PHP_RELEASE_VERSION;
$manifest = [];

function save($name, $bytes, $json, $entry) {
  global $folder, $manifest;
  file_put_contents("$folder/$name", $bytes);
  if ($json !== null) {
    $file = strtr($name, '.', '-') . '.json';
    file_put_contents("$folder/$file", json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION) . "\n");
    $entry += ['json' => $file];
  }
  $manifest[] = ['file' => $name] + $entry;
}

/** What phpredis keeps for a session under a key. */
function session($handler, $id, $values) {
  global $redis, $socket;
  ini_set('session.save_handler', 'redis');
  ini_set('session.save_path', $socket);
  ini_set('session.serialize_handler', $handler);
  ini_set('session.use_cookies', '0');
  ini_set('session.cache_limiter', '');
  $redis->del("PHPREDIS_SESSION:$id");
  session_id($id);
  session_start();
  $_SESSION = $values;
  session_write_close();
  $bytes = $redis->get("PHPREDIS_SESSION:$id");
  $_SESSION = [];
  return $bytes;
}

$versions = fn($extension) => "$php, phpredis " . phpversion('redis') . ", $extension " . phpversion($extension);
foreach (['igbinary', 'msgpack'] as $handler) {
  $label = $handler == 'igbinary' ? 'igbinary 2' : 'PHP MessagePack';
  $entry = fn($id) => ['store' => 'PHP sessions in phpredis', 'version' => $versions($handler), 'serializer' => $handler, 'compressor' => 'none',
    'made' => 'real', 'key' => "PHPREDIS_SESSION:$id", 'chain' => $label];
  $ids = ['3f1c0a9e6d2b4e8f9a517c0d4b2e0391', 'k2v7t0a9e6d2b4e8f9a517c0d4', 'q8s3fhq2c1o0j7dgsn6bu1krnd', 'm0ab4e8f9a517c0d4b2e0391zz'];
  save("session-scalars.$handler", session($handler, $ids[0], $scalars), plain($scalars), $entry($ids[0]));
  save("session-strings.$handler", session($handler, $ids[1], $long), plain($long), $entry($ids[1]));
  $expected = $objects;
  if ($handler == 'msgpack') {
    // msgpack-php before 3.0 knows no enumerations: it writes their properties, and what it reads back is none.
    $expected['again'] = ['$ref' => 2];
    $expected['suit'] = ['$class' => 'Suit', 'name' => 'Hearts', 'value' => 'H'];
    $expected['step'] = ['$class' => 'Step', 'name' => 'Payment'];
  }
  save("session-objects.$handler", session($handler, $ids[2], objects()), $expected, $entry($ids[2]));
  // Referred to are, in order: the array, the number, the object that holds itself, the array that does, the last object.
  // msgpack-php writes numbers again.
  [$node, $loop, $last] = $handler == 'igbinary' ? [3, 4, 5] : [2, 3, 4];
  $expected = [
    'first' => ['k' => [1, [2]]], 'second' => ['$ref' => 1], 'count' => 7, 'node' => ['$class' => 'stdClass', 'self' => ['$ref' => $node], 'count' => 7],
    'loop' => ['n' => 1, 'me' => ['$ref' => $loop]], 'by' => ['$class' => 'stdClass'], 'ref' => ['$ref' => $last], 'direct' => ['$ref' => $node],
  ];
  save("session-references.$handler", session($handler, $ids[3], references()), $expected, $entry($ids[3]));
  // Without anything in it MessagePack is one byte that says nothing.
  if ($handler == 'igbinary') save("session-empty.$handler", session($handler, "e$ids[0]", []), [], $entry("e$ids[0]"));
}

ini_set('igbinary.compact_strings', '0');
save('session-loose.igbinary', session('igbinary', 'looseab4e8f9a517c0d4b2e0391', $scalars), plain($scalars),
  ['store' => 'PHP sessions in phpredis, igbinary.compact_strings=0', 'version' => $versions('igbinary'), 'serializer' => 'igbinary', 'compressor' => 'none', 'made' => 'real',
    'key' => 'PHPREDIS_SESSION:looseab4e8f9a517c0d4b2e0391', 'chain' => 'igbinary 2']);
ini_set('igbinary.compact_strings', '1');

// The object cache of WordPress (Redis Object Cache) with igbinary: serialized by the plugin, under prefix, group and key.
$options = ['siteurl' => 'https://shop.example', 'blogname' => 'Ada’s Teeladen', 'posts_per_page' => '10', 'active_plugins' => ['woocommerce/woocommerce.php'],
  'wp_user_roles' => ['administrator' => ['name' => 'Administrator', 'capabilities' => ['switch_themes' => true]]]];
$redis->set('wp:options:alloptions', igbinary_serialize($options));
save('wordpress-alloptions.igbinary', $redis->get('wp:options:alloptions'), plain($options),
  ['store' => 'WordPress, Redis Object Cache', 'version' => $versions('igbinary'), 'serializer' => 'igbinary', 'compressor' => 'none', 'made' => 'real',
    'key' => 'wp:options:alloptions', 'chain' => 'igbinary 2']);

// Caches: phpredis' own serializer, and the function of php-msgpack (Debian's phpredis is built without it).
$value = ['id' => 7, 'tags' => ['new', 'sale'], 'price' => new Money(1290, 'EUR')];
$json = ['id' => 7, 'tags' => ['new', 'sale'], 'price' => $objects['price']];
$redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_IGBINARY);
$redis->set('product:7', $value);
$redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_NONE);
save('cache.igbinary', $redis->get('product:7'), $json,
  ['store' => 'phpredis, OPT_SERIALIZER', 'version' => $versions('igbinary'), 'serializer' => 'igbinary', 'compressor' => 'none', 'made' => 'real', 'key' => 'product:7',
    'chain' => 'igbinary 2']);
save('cache.msgpack', msgpack_pack($value), $json,
  ['store' => 'PHP, msgpack_pack', 'version' => $versions('msgpack'), 'serializer' => 'msgpack', 'compressor' => 'none', 'made' => 'real', 'key' => 'product:7',
    'chain' => 'PHP MessagePack']);

// A chain of gadgets as it is found in attacks; the classes here are empty.
eval('namespace Monolog\\Handler; class SyslogUdpHandler { protected $socket; } class BufferHandler { protected $handler; protected $bufferSize = -1; protected $buffer = [["id", "level" => null]]; }');
$attack = ['user' => (object) ['name' => 'x'], 'payload' => new Monolog\Handler\BufferHandler];
foreach (['igbinary', 'msgpack'] as $handler) file_put_contents("$folder/gadget.$handler", session($handler, "gadget$handler", $attack));

file_put_contents("$folder/manifest.json", json_encode(['payloads' => $manifest], JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES) . "\n");
