<?php
// Writes sessions of a shop as PHP's session handlers keep them, each behind its length in 4 bytes.
//
//     php make_php_sessions.php php|php_serialize|igbinary|msgpack FILE [COUNT]

[, $handler, $path] = $argv;
$count = (int) ($argv[3] ?? 20000);
mt_srand(4711);
$words = ['blue', 'green', 'large', 'small', 'shirt', 'mug', 'lamp', 'book', 'pen', 'bag', 'Größe', 'café'];

/** A session as a small shop keeps it. */
function shop(int $number, array $words): array {
  $user = mt_rand(0, 999999);
  $cart = [];
  for ($line = 0; $line <= $number % 3; $line++) {
    $cart[] = [
      'sku' => sprintf('%s-%04d', $words[mt_rand(0, 11)], mt_rand(0, 9999)), 'title' => $words[mt_rand(0, 11)] . ' ' . $words[mt_rand(0, 11)],
      'count' => mt_rand(1, 8), 'price' => mt_rand(100, 99999) / 100,
    ];
  }
  return [
    'user_id' => $user, 'username' => "user$user", 'email' => "user$user@example.com", 'role' => ['admin', 'editor', 'customer'][mt_rand(0, 2)],
    'logged_in' => true, 'csrf_token' => bin2hex(pack('J*', mt_rand(), mt_rand(), mt_rand())), 'created' => 1700000000 + $number, 'last_seen' => 1700000000 + mt_rand(0, 1 << 24),
    'locale' => 'de_DE', 'cart' => $cart, 'viewed' => [mt_rand(1, 5000), mt_rand(1, 5000), mt_rand(1, 5000)],
    'flash' => $number % 3 ? [] : ['success' => ["Welcome back, user $user"]], 'errors' => [], 'coupon' => null, 'ip' => '192.0.2.' . mt_rand(1, 254),
  ];
}

$file = fopen($path, 'wb');
$total = 0;
for ($number = 0; $number < $count; $number++) {
  $session = shop($number, $words);
  $payload = match ($handler) {
    'php' => implode('', array_map(fn ($name) => "$name|" . serialize($session[$name]), array_keys($session))),
    'php_serialize' => serialize($session),
    'igbinary' => igbinary_serialize($session),
    // As the handlers do: the root is a reference, which only msgpack writes.
    'msgpack' => substr(msgpack_pack([&$session]), 1),
  };
  $total += strlen($payload);
  fwrite($file, pack('V', strlen($payload)) . $payload);
}
printf("%d payloads of %d bytes on average\n", $count, intdiv($total, $count));
