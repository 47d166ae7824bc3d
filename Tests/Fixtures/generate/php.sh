#!/bin/sh
# Writes Tests/Fixtures/php anew, with a redis-server of its own in a temporary folder. Needs redis-server on the PATH and
# Debian 12's php8.2-cli, php-redis, php-symfony-http-foundation, php-illuminate-session, php-illuminate-cache,
# php-illuminate-encryption and php-nrk-predis. Times, tokens and encrypted texts are new each time.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
redis-server --port 0 --unixsocket "$work/redis.sock" --save '' --dir "$work" >"$work/redis.log" &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT
while ! [ -S "$work/redis.sock" ]; do :; done
mkdir -p "$here/../php"
php -d error_reporting=E_ALL "$here/php_fixtures.php" "$work/redis.sock" "$here/../php"
