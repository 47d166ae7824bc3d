<?php
// Times unserialize and json_encode on the payloads of make_php_sessions.php, as ../decode-bench does; for the session
// handler php it is session_decode.
//
//     php time_php.php FILE [ROUNDS]

$data = file_get_contents($argv[1]);
$rounds = (int) ($argv[2] ?? 10);
$payloads = [];
for ($at = 0; $at < strlen($data); $at += 4 + $size) {
    $size = unpack('V', $data, $at)[1];
    $payloads[] = substr($data, $at + 4, $size);
}
$flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;
$isSession = !str_starts_with($payloads[0], 'a:');
if ($isSession) {
    ini_set('session.use_cookies', '0');
    ini_set('session.serialize_handler', 'php');
    ini_set('session.save_path', sys_get_temp_dir());
    session_cache_limiter('');
    session_start();
}
$best = PHP_INT_MAX;
for ($round = 0; $round < $rounds; $round++) {
    $bytes = 0;
    $start = hrtime(true);
    if ($isSession) {
        foreach ($payloads as $payload) {
            $_SESSION = [];
            session_decode($payload);
            $bytes += strlen(json_encode($_SESSION, $flags));
        }
    } else {
        foreach ($payloads as $payload) {
            $bytes += strlen(json_encode(unserialize($payload), $flags));
        }
    }
    $best = min($best, hrtime(true) - $start);
}
if ($isSession) {
    session_destroy();
}
$count = count($payloads);
echo intdiv($best, $count), " ns per payload, $count payloads, $bytes bytes of JSON\n";
