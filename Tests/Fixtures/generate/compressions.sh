#!/bin/sh
# Writes Tests/Fixtures/compression anew: sessions as real compressors leave them. Needs python3.11 (it makes a virtual
# environment in a temporary folder), the programs zstd, pzstd, lz4, xz and bzip2, PHP with the extension redis, node, and
# redis-server on the PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fixtures=$(dirname "$here")
work=$(mktemp -d)
export PYTHONDONTWRITEBYTECODE=1

redis-server --port 0 --unixsocket "$work/redis.sock" --save '' --dir "$work" >"$work/redis.log" &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT

python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q lz4==4.4.5 zstandard==0.25.0 pyzstd==0.20.0 python-lzf==0.2.6 \
  python-snappy==0.7.3 brotli==1.2.1 msgpack==1.2.4
rm -rf "$fixtures/compression"
mkdir "$fixtures/compression"
"$work/venv/bin/python" "$here/compressions.py" "$fixtures" "$work"
