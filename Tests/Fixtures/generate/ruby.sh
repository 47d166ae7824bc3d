#!/bin/sh
# Writes Tests/Fixtures/{ruby,rails} anew, with Debian 12's packages ruby-rails (6.1), ruby-redis-store, ruby-redis-rack,
# ruby-redis-actionpack and ruby-msgpack, and with a redis-server of its own in a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fixtures=$(dirname "$here")
work=$(mktemp -d)
export LANG=C.UTF-8 TZ=UTC

redis-server --port 0 --unixsocket "$work/redis.sock" --save '' --dir "$work" >"$work/redis.log" &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT
rm -rf "$fixtures/rails" "$fixtures/ruby"
mkdir -p "$fixtures/rails" "$fixtures/ruby"
until [ -S "$work/redis.sock" ]; do sleep 0.1; done
ruby "$here/ruby_cases.rb" "$fixtures/ruby/cases.jsonl"
ruby "$here/rails_stores.rb" "$work/redis.sock" "$fixtures/rails"
