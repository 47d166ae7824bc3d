<?php
// Times igbinary_unserialize (or msgpack_unpack, as the payloads are) and json_encode on the payloads of
// make_php_sessions.php, as decode-bench does.
//
//     php time_igbinary.php FILE [ROUNDS]

$data = file_get_contents($argv[1]);
$rounds = (int) ($argv[2] ?? 10);
$payloads = [];
for ($at = 0; $at < strlen($data); $at += 4 + $size) {
  $size = unpack('V', $data, $at)[1];
  $payloads[] = substr($data, $at + 4, $size);
}
$read = str_starts_with($payloads[0], "\0\0\0") ? 'igbinary_unserialize' : 'msgpack_unpack';
$flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
$best = PHP_INT_MAX;
for ($round = 0; $round < $rounds; $round++) {
  $size = 0;
  $start = hrtime(true);
  if ($read == 'msgpack_unpack') {
    foreach ($payloads as $payload) $size += strlen(json_encode(msgpack_unpack($payload), $flags));
  } else {
    foreach ($payloads as $payload) $size += strlen(json_encode(igbinary_unserialize($payload), $flags));
  }
  $best = min($best, hrtime(true) - $start);
}
printf("%d ns per payload, %d payloads, %d bytes of JSON\n", intdiv($best, count($payloads)), count($payloads), $size);
