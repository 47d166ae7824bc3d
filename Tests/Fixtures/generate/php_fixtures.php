<?php
// php_fixtures.php SOCKET FOLDER: see php.sh.

// Serializable is deprecated, and Debian's Illuminate 8 was written for PHP 7.
error_reporting(E_ALL & ~E_DEPRECATED);
require __DIR__ . '/php_expected.php';
require __DIR__ . '/php_classes.php';
require '/usr/share/php/Symfony/Component/HttpFoundation/autoload.php';
require '/usr/share/php/Illuminate/Session/autoload.php';
require '/usr/share/php/Illuminate/Cache/autoload.php';
require '/usr/share/php/Illuminate/Encryption/autoload.php';
require '/usr/share/php/Predis/autoload.php';

use App\Entity\{Account, Basket, Customer, Money, Side, Status, User};
use Symfony\Component\HttpFoundation\Session\Flash\FlashBag;
use Symfony\Component\HttpFoundation\Session\Session;
use Symfony\Component\HttpFoundation\Session\Storage\Handler\RedisSessionHandler;
use Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorage;
use Symfony\Component\Security\Core\Authentication\Token\UsernamePasswordToken;

[, $socket, $folder] = $argv;
$redis = new Redis();
$redis->connect($socket);
$payloads = [];

/** One stored session: its bytes, what is known of it, and what must be shown. */
function fixture(string $file, string $bytes, array $about, mixed $value, bool $isJSON = false): void
{
    global $folder, $payloads;
    file_put_contents("$folder/$file", $bytes);
    $name = preg_replace('/\.[^.]*$/', '', $file) . '.typed.json';
    $expected = $isJSON ? $value . "\n" : Expected::json($value);
    file_put_contents("$folder/$name", $expected);
    $about += ['serializer' => 'PHP serialize', 'compressor' => 'none', 'made' => 'real'];
    $payloads[] = ['file' => $file] + $about + ['typed' => $name];
}

$php = 'PHP ' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
$phpredis = 'phpredis ' . phpversion('redis') . " ($php)";
$shop = [
    'user_id' => 42,
    'name' => 'Ada Grün ✓ 🫖',
    'cart' => [
        ['sku' => 'TEA-0042', 'title' => 'Grüner Tee 緑茶', 'qty' => 2, 'price' => 12.9],
        ['sku' => 'POT-7', 'title' => 'Kännchen', 'qty' => 1, 'price' => 39.0],
    ],
    'addresses' => [7 => 'Berlin', 12 => 'Tokyo'],
    'limits' => [0.1, 1e25, -1.5e-7, 1e15, -0.0, 3.0, INF, -INF, NAN, 5e-324],
    'flags' => ['a' => true, 'b' => false, 'c' => null, 'd' => [], 'e' => ''],
    'numbers' => [0, -1, PHP_INT_MAX, PHP_INT_MIN],
    'thumbnail' => "\x89PNG\r\n\x1a\n\0",
    'control' => "tab\tnul\0esc\x1b[31m|};\"",
];

// PHP's own handlers over phpredis.
foreach (['php' => 'php-session', 'php_serialize' => 'php', 'php_binary' => 'php-binary'] as $handler => $format) {
    foreach (['PHPREDIS_SESSION' => '', 'shop_sess' => '&prefix=shop_sess:'] as $prefix => $option) {
        if ($option !== '' && $handler !== 'php') {
            continue;
        }
        ini_set('session.serialize_handler', $handler);
        ini_set('session.save_handler', 'redis');
        ini_set('session.save_path', "unix://$socket?weight=1$option");
        ini_set('session.use_cookies', '0');
        session_cache_limiter('');
        $id = 'k8v1' . substr(md5($handler), 0, 22);
        session_id($id);
        session_start();
        $_SESSION = $shop;
        session_write_close();
        $key = "$prefix:$id";
        $labels = ['php' => 'PHP session', 'php_serialize' => 'PHP', 'php_binary' => 'PHP binary'];
        $about = [
            'store' => "PHP session, handler $handler", 'version' => $phpredis, 'key' => $key,
            'chain' => $labels[$handler],
        ];
        if ($option === '') {
            $about['framework'] = 'PHP session (phpredis)';
        }
        fixture("phpredis-$handler" . ($option ? '-prefix' : '') . '.bin', $redis->get($key), $about, $shop);
    }
}

// Predis' handler: the key is the id and a prefix of the client's.
ini_set('session.serialize_handler', 'php');
ini_set('session.save_handler', 'files');
$client = new Predis\Client(['scheme' => 'unix', 'path' => $socket], ['prefix' => 'sessions:']);
$handler = new Predis\Session\Handler($client, ['gc_maxlifetime' => 5]);
session_set_save_handler($handler, true);
session_id('vk1c5q2n8rm0u7d3h4t6b9e0aa');
session_start();
$_SESSION = ['username' => 'ada', 'visits' => 3];
session_write_close();
fixture('predis.bin', $redis->get('sessions:vk1c5q2n8rm0u7d3h4t6b9e0aa'), [
    'store' => 'Predis session handler', 'version' => 'predis ' . Predis\Client::VERSION . " ($php)",
    'key' => 'sessions:vk1c5q2n8rm0u7d3h4t6b9e0aa', 'chain' => 'PHP session',
], $_SESSION);

// Symfony's bags.
$storage = new NativeSessionStorage(['use_cookies' => 0], new RedisSessionHandler($redis, ['ttl' => 1440]));
$session = new Session($storage, null, new FlashBag());
$session->start();
$session->set('_locale', 'de');
$session->set('_csrf/https-authenticate', 'Q0dUm1xS5Yp7w9sB3nHk');
$session->set('cart', ['TEA-0042' => 2]);
$session->getFlashBag()->add('notice', 'Willkommen zurück, Ada!');
$session->getFlashBag()->add('notice', 'Your cart was saved.');
$session->save();
// Strict mode, which Symfony asks for, makes the id.
$key = 'sf_s' . $session->getId();
fixture('symfony.bin', $redis->get($key), [
    'store' => 'Symfony RedisSessionHandler', 'version' => 'http-foundation 5.4.53', 'key' => $key,
    'chain' => 'PHP session', 'framework' => 'Symfony',
], $_SESSION);

$token = serialize(new UsernamePasswordToken(new User(), 'main'));
$login = [
    '_sf2_attributes' => ['_security.last_username' => 'ada', '_security_main' => $token],
    '_symfony_flashes' => ['success' => ['Welcome']],
    '_sf2_meta' => ['u' => 1700000300, 'c' => 1700000000, 'l' => 0],
];
session_id('phpspecification0000000000');
function encoded(array $variables): string
{
    global $redis;
    session_set_save_handler(new class implements SessionHandlerInterface {
        public function open(string $path, string $name): bool { return true; }
        public function close(): bool { return true; }
        public function read(string $id): string { return ''; }
        public function write(string $id, string $data): bool { return true; }
        public function destroy(string $id): bool { return true; }
        public function gc(int $age): int { return 0; }
    }, true);
    session_id(substr(md5(serialize(array_keys($variables))), 0, 26));
    session_start();
    $_SESSION = $variables;
    $bytes = session_encode();
    session_write_close();
    return $bytes;
}
fixture('symfony-login.bin', encoded($login), [
    'store' => 'Symfony RedisSessionHandler, security token', 'version' => '5.4', 'made' => 'specification',
    'key' => 'sf_s1c8f2n1m0q5c7v4h3k9d6t2r8', 'chain' => 'PHP session', 'framework' => 'Symfony',
], $login);

// CodeIgniter 3 and 4, Yii 2, CakePHP, ThinkPHP, Nextcloud: sessions as their sources say.
$codeIgniter = [
    '__ci_last_regenerate' => 1700000000, 'user_id' => 42, 'username' => 'ada', 'message' => 'Saved.',
    '__ci_vars' => ['message' => 'new', 'token' => 1700003600], 'token' => 'b1946ac9',
];
fixture('codeigniter3.bin', encoded($codeIgniter), [
    'store' => 'CodeIgniter', 'version' => '3', 'made' => 'specification',
    'key' => 'ci_session:7d2b4e8f9a517c0d4b2e0391f6b1c0de', 'chain' => 'PHP session', 'framework' => 'CodeIgniter',
], $codeIgniter);
$codeIgniter4 = ['__ci_last_regenerate' => 1700000000, '_ci_previous_url' => 'http://localhost/index.php/login',
    'user' => ['id' => 42], 'errors' => 'No', '__ci_vars' => ['errors' => 'old']];
fixture('codeigniter4.bin', encoded($codeIgniter4), [
    'store' => 'CodeIgniter', 'version' => '4', 'made' => 'specification',
    'key' => 'ci_session:ci_session:7d2b4e8f9a517c0d4b2e0391f6b1c0de', 'chain' => 'PHP session',
    'framework' => 'CodeIgniter 4',
], $codeIgniter4);
$yii = ['__flash' => ['success' => -1], '__returnUrl' => '/site/index', '__id' => 42, '__authKey' => 'test100key',
    '__expire' => 1700003600, 'success' => 'Thank you.', '__captcha/site/captcha' => 'vuxuwe'];
fixture('yii2.bin', encoded($yii), [
    'store' => 'Yii 2, yii2-redis', 'version' => '2.0', 'made' => 'specification',
    'key' => substr(md5('basic'), 0, 5) . md5('["yii\\\\redis\\\\Session","k8v1"]'), 'chain' => 'PHP session',
    'framework' => 'Yii 2',
], $yii);
$cake = ['Config' => ['time' => 1700000000], 'Auth' => ['User' => ['id' => 42, 'username' => 'ada']],
    'Flash' => ['flash' => [['message' => 'Saved.', 'key' => 'flash', 'element' => 'Flash/success', 'params' => []]]]];
fixture('cakephp.bin', serialize(encoded($cake)), [
    'store' => 'CakePHP CacheSession, RedisEngine', 'version' => '4', 'made' => 'specification',
    'key' => 'cake_session_k8v15q2n8rm0u7d3h4t6b9e0aa', 'chain' => 'PHP string > PHP session',
    'framework' => 'CakePHP',
], $cake);
$think = ['user_id' => 42, '__token__' => '5f4dcc3b5aa765d61d8327deb882cf99', '__flash__' => ['__next__' => ['msg']],
    'msg' => 'ok'];
fixture('thinkphp.bin', serialize(serialize($think)), [
    'store' => 'ThinkPHP, cache driver redis', 'version' => '6', 'made' => 'specification',
    'chain' => 'PHP string > PHP', 'framework' => 'ThinkPHP',
], $think);
$nextcloud = ['encrypted_session_data' => bin2hex(str_repeat('c', 32)) . '|' . bin2hex('initialisationvc')
    . '|' . hash('sha512', 'x') . '|3'];
fixture('nextcloud.bin', encoded($nextcloud), [
    'store' => 'Nextcloud', 'version' => '28', 'made' => 'specification',
    'key' => 'PHPREDIS_SESSION:k8v15q2n8rm0u7d3h4t6b9e0aa', 'chain' => 'PHP session', 'framework' => 'Nextcloud',
], $nextcloud);
$post = new stdClass();
$post->ID = 1;
$post->post_title = 'Hello world!';
$post->post_date = '2023-11-14 22:13:20';
fixture('wordpress.bin', serialize($post), [
    'store' => 'WordPress object cache', 'version' => '6', 'made' => 'specification', 'key' => 'wp:posts:1',
    'chain' => 'PHP', 'framework' => 'WordPress',
], $post);

// Laravel: its session store, over its cache store, over phpredis; only the connection is ours.
$connection = new class($redis) implements Illuminate\Contracts\Redis\Factory {
    public function __construct(private Redis $redis) {}
    public function connection($name = null) { return $this; }
    public function get($key) { return $this->redis->get("laravel_database_$key"); }
    public function setex($key, $seconds, $value) { return $this->redis->setex("laravel_database_$key", $seconds, $value); }
};
$cache = new Illuminate\Cache\Repository(new Illuminate\Cache\RedisStore($connection, 'laravel_cache'));
$handler = new Illuminate\Session\CacheBasedSessionHandler($cache, 120);
$keys = ['aes-256-cbc' => 'sesscli-test-key, of thirty-two.', 'aes-128-cbc' => 'sesscli-test-key',
    'aes-256-gcm' => 'another sesscli-test-key of 32 .', 'aes-128-gcm' => 'sesscli test key'];
$version = 'illuminate/session 8.83.26';
$login = 'login_web_59ba36addc2b2f9401580f014c7f58ea4e30989d';
function fill(Illuminate\Session\Store $store, string $login): array
{
    $store->start();
    $store->put('_previous', ['url' => 'http://localhost/account']);
    $store->put($login, 42);
    $store->put('cart', [['sku' => 'TEA-0042', 'qty' => 2]]);
    $store->flash('status', 'Willkommen zurück, Ada!');
    $store->save();
    return $store->all();
}
$id = 'pQ2Jv0WmT7ysXl4nKc8dRfPbZ3hGtUe5iAoQw1N0';
$value = fill(new Illuminate\Session\Store('laravel_session', $handler, $id), $login);
$key = "laravel_database_laravel_cache:$id";
fixture('laravel.bin', $redis->get($key), [
    'store' => 'Laravel', 'version' => $version, 'key' => $key, 'chain' => 'PHP string > PHP',
    'framework' => 'Laravel 10 or older',
], $value);
fixture('laravel-json.bin', serialize(json_encode($value)), [
    'store' => 'Laravel, session.serialization=json', 'version' => '9 to 12', 'made' => 'specification',
    'serializer' => 'JSON', 'key' => "laravel-database-laravel-cache-$id", 'chain' => 'PHP string > JSON',
    'framework' => 'Laravel 12 or newer',
], $value);
foreach ($keys as $cipher => $secret) {
    $encrypter = new Illuminate\Encryption\Encrypter($secret, $cipher);
    $id = substr("pQ2Jv0WmT7ysXl4nKc8dRfPbZ3hGt" . str_replace('-', 'x', $cipher) . '0000', 0, 40);
    $store = new Illuminate\Session\EncryptedStore('laravel_session', $handler, $encrypter, $id);
    $value = fill($store, $login);
    $key = "laravel_database_laravel_cache:$id";
    $about = [
        'store' => "Laravel, session.encrypt, $cipher", 'version' => $version, 'key' => $key,
        'framework' => 'Laravel 10 or older',
    ];
    $appKey = 'base64:' . base64_encode($secret);
    fixture("laravel-$cipher.bin", $redis->get($key), $about + [
        'chain' => 'PHP string > Laravel encrypted > PHP string > PHP',
        // The second one is the key: APP_PREVIOUS_KEYS.
        'secrets' => ['base64:' . base64_encode(str_repeat('x', 32)), $appKey],
    ], $value);
    // A cookie: an id behind the HMAC of the cookie's name.
    $prefix = hash_hmac('sha1', 'laravel_session' . 'v2', $secret) . '|';
    fixture("laravel-cookie-$cipher.txt", $encrypter->encrypt($prefix . $id, false), [
        'store' => "Laravel, cookie, $cipher", 'version' => 'illuminate/encryption 8.83.26', 'serializer' => 'text',
        'secrets' => [$appKey], 'chain' => 'Laravel encrypted > text', 'framework' => 'Laravel',
    ], $id);
}

// Values: objects of every kind, references, PHP's own classes.
$values = [];
$account = new Account();
$customer = new Customer();
$customer->referrer = $account;
$values['objects'] = ['account' => $account, 'customer' => $customer, 'basket' => new Basket(), 'same' => $account,
    'money' => new Money(1290, 'EUR'), 'status' => Status::Active, 'again' => Status::Active, 'side' => Side::Left,
    'empty' => new stdClass()];
unset($values['objects']['again']);
$cycle = new stdClass();
$cycle->name = 'Knoten';
$cycle->self = $cycle;
$values['cycle'] = ['node' => $cycle];
$storage = new SplObjectStorage();
$storage[$account] = 'ada';
$storage[new Money(1, 'USD')] = 2;
$stack = new SplStack();
$stack[] = 1;
$stack[] = 'zwei';
$queue = new SplQueue();
$queue[] = [1, 2];
$values['spl'] = ['object' => new ArrayObject(['a' => 1, 'b' => 2], ArrayObject::ARRAY_AS_PROPS),
    'iterator' => new ArrayIterator([1, 2, 3]), 'storage' => $storage, 'stack' => $stack, 'queue' => $queue,
    'fixed' => SplFixedArray::fromArray(['x', null, 3])];
$values['dates'] = [
    'berlin' => new DateTimeImmutable('2023-11-14 22:13:20.25', new DateTimeZone('Europe/Berlin')),
    'offset' => new DateTime('2023-11-14 22:13:20+05:30'), 'utc' => new DateTime('2023-11-14 22:13:20 UTC'),
    'zone' => new DateTimeZone('Asia/Tokyo'), 'span' => new DateInterval('P1Y2M3DT4H5M6S'),
    'diff' => (new DateTime('2020-01-01'))->diff(new DateTime('2021-03-04 05:06:07'))];
foreach ($values as $name => $value) {
    fixture("values-$name.bin", serialize($value), [
        'store' => "PHP values: $name", 'version' => $php, 'chain' => 'PHP',
    ], $value);
    ini_set('session.serialize_handler', 'php');
    fixture("values-$name-session.bin", encoded($value), [
        'store' => "PHP values: $name, handler php", 'version' => $php, 'chain' => 'PHP session',
    ], $value);
}

// References: what they must be shown as is written here by hand.
$one = 1;
$list = ['a', 'b'];
$self = ['name' => 'self'];
$self['self'] = &$self;
$references = ['one' => &$one, 'two' => &$one, 'list' => &$list, 'lists' => [&$list, 5], 'self' => &$self];
$written = '{"one":{"$shared":[1,1]},"two":{"$ref":1},"list":{"$shared":[2,["a","b"]]},'
    . '"lists":[{"$ref":2},5],"self":{"$shared":[3,{"name":"self","self":{"$ref":3}}]}}';
fixture('references.bin', serialize($references), [
    'store' => 'PHP values: references', 'version' => $php, 'chain' => 'PHP',
], $written, true);
fixture('references-session.bin', encoded($references), [
    'store' => 'PHP values: references, handler php', 'version' => $php, 'chain' => 'PHP session',
], $written, true);

// A class that was not there when the session was read and written again.
$session = unserialize('a:1:{s:4:"lost";O:9:"Gone\User":1:{s:5:"' . "\0*\0id" . '";i:7;}}');
fixture('incomplete.bin', serialize($session), [
    'store' => 'PHP values: class of another application', 'version' => $php, 'chain' => 'PHP',
], '{"lost":{"$object":{"class":"Gone\\\\User","fields":{"id:protected":7}}}}', true);

// Bodies of C:, as PHP up to 7.3 wrote its own classes, and as Serializable classes do still.
function custom(string $class, string $body): string
{
    return 'C:' . strlen($class) . ":\"$class\":" . strlen($body) . ":{{$body}}";
}
$array = custom('ArrayObject', 'x:i:0;a:1:{i:0;O:8:"stdClass":0:{}};m:a:1:{s:1:"k";i:3;}');
$storage = custom('SplObjectStorage', 'x:i:2;O:8:"stdClass":1:{s:1:"a";i:7;},i:5;;O:8:"stdClass":0:{},N;;m:a:0:{}');
$stack = custom('SplStack', 'i:6;:O:8:"stdClass":0:{}:i:2;');
// Slots: ArrayObject 2, its object 5; the storage 9, its first object 11; the stack 18, its object 20.
$bytes = "a:6:{i:0;{$array}i:1;r:5;i:2;{$storage}i:3;r:11;i:4;{$stack}i:5;r:20;}";
$read = unserialize($bytes);
if ($read === false || $read[1] !== $read[0][0] || !$read[2]->contains($read[3]) || $read[5] !== $read[4][1]) {
    throw new Exception('the slots of C: bodies are others');
}
$object = '{"$object":{"class":"stdClass"}}';
$bodies = '[{"$object":{"class":"ArrayObject","fields":{"k":3},"items":[{"$shared":[1,' . $object . ']}]}},{"$ref":1},'
    . '{"$object":{"class":"SplObjectStorage","entries":{"$map":[[{"$shared":[2,{"$object":{"class":"stdClass",'
    . '"fields":{"a":7}}}]},5],[' . $object . ',null]]}}},{"$ref":2},'
    . '{"$object":{"class":"SplStack","args":[6],"items":[{"$shared":[3,' . $object . ']},2]}},{"$ref":3}]';
fixture('custom-spl.bin', $bytes, [
    'store' => 'PHP values: C: of PHP\'s classes', 'version' => 'PHP 5.3 to 7.3', 'made' => 'specification',
    'chain' => 'PHP',
], $bodies, true);
$legacy = ['u' => new Legacy(['id' => 7]), 't' => new LegacyText('17|x')];
fixture('serializable.bin', serialize($legacy), [
    'store' => 'PHP values: Serializable', 'version' => $php, 'chain' => 'PHP',
], '{"u":{"$object":{"class":"Legacy","state":{"id":7}}},"t":{"$object":{"class":"LegacyText","state":"17|x"}}}', true);

// Not to be run: chains as published, in the places where sessions have them.
$gadget = 'O:32:"Monolog\Handler\SyslogUdpHandler":1:{s:9:"' . "\0*\0socket" . '";O:29:"Monolog\Handler\BufferHandler":3:{'
    . 's:10:"' . "\0*\0handler" . '";r:2;s:9:"' . "\0*\0buffer" . '";a:1:{i:0;a:2:{i:0;s:2:"id";s:5:"level";N;}}s:13:"'
    . "\0*\0processors" . '";a:2:{i:0;s:7:"current";i:1;s:6:"system";}}}';
$danger = '{"user_id":1,"x":{"$shared":[1,{"$danger":{"class":"Monolog\\\\Handler\\\\SyslogUdpHandler","fields":{"socket:protected":'
    . '{"$danger":{"class":"Monolog\\\\Handler\\\\BufferHandler","fields":{"handler:protected":{"$ref":1},'
    . '"buffer:protected":[{"0":"id","level":null}],"processors:protected":["current","system"]}}}}}}]}}';
fixture('gadget-monolog.bin', "user_id|i:1;x|$gadget", [
    'store' => 'PHP session, gadget chain Monolog', 'version' => 'phpggc', 'made' => 'specification',
    'key' => 'PHPREDIS_SESSION:k8v15q2n8rm0u7d3h4t6b9e0aa', 'chain' => 'PHP session',
], $danger, true);

$manifest = json_encode(['payloads' => $payloads], JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
file_put_contents("$folder/manifest.json", $manifest . "\n");
