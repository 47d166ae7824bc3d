"""Writes Tests/Fixtures/{compression,hostile}; see compressions.sh.

    python compressions.py FIXTURES WORK

WORK is a folder with the socket of a Redis server, redis.sock.
"""
import bz2
import json
import lzma
import os
import pickle
import platform
import re
import struct
import subprocess
import sys
import urllib.parse
import zlib
from importlib.metadata import version

import brotli
import lz4.block
import lz4.frame
import lzf
import msgpack
import pyzstd
import snappy
import zstandard

SESSION = {
    "user_id": 42,
    "name": "Zoë Müller",
    "roles": ["customer", "reviewer"],
    "csrf_token": "f6b1c0de9a7e4c5d8b3a2f1e0d9c8b7a6f5e4d3c",
    "cart": [
        {"sku": f"TEA-{n:04}", "title": "Grüner Tee 緑茶", "qty": n, "price": n + 0.5}
        for n in range(1, 8)
    ],
    "coupon": None,
    "newsletter": False,
}
JSON = json.dumps(SESSION, separators=(",", ":"), ensure_ascii=False).encode()
SHORT = b'{"user_id":42,"name":"Ada"}'
PICKLE = pickle.dumps(SESSION, 4)
MSGPACK = msgpack.packb(SESSION)

FIXTURES, WORK = sys.argv[1:]
FOLDER = os.path.join(FIXTURES, "compression")
HOSTILE = os.path.join(FIXTURES, "hostile")
PAYLOADS = []


def put(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def add(name, data, store, maker, serializer, compressor, chain, made="real", expected="session"):
    put(FOLDER, name, data)
    PAYLOADS.append({
        "file": name, "store": store, "version": maker, "serializer": serializer,
        "compressor": compressor, "made": made, "chain": chain, "json": f"{expected}.json",
    })


def run(*command, data=b"", cwd=WORK):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True, cwd=cwd).stdout


def program(name):
    text = subprocess.run([name, "--version"], capture_output=True, stdin=subprocess.DEVNULL).stdout
    text += subprocess.run([name, "--version"], capture_output=True, stdin=subprocess.DEVNULL).stderr
    return re.search(rb"\d+\.\d+\.\d+", text)[0].decode()


def of_file(data, *command):
    """What a program writes that is given a file, whose size it knows."""
    put(WORK, "session", data)
    return run(*command, os.path.join(WORK, "session"))


def by_programs():
    zstd, xz = f"{program('zstd')}", f"{program('xz')}"
    lz4_version, bzip2 = program("lz4"), "1.0.8"
    for level in ["-1", "-3", "-19", "--ultra -22", "--fast=5"]:
        name = level.strip("-").replace(" -", "").replace("=", "")
        data = of_file(JSON, "zstd", *level.split(), "-c", "-q")
        add(f"zstd{name}.json.bin", data, "zstd", zstd, "JSON", f"zstd {level}", "zstd > JSON")
    stream = run("zstd", "-c", "-q", "--no-check", data=MSGPACK)
    add("zstd-stream.msgpack.bin", stream, "zstd", zstd, "MessagePack",
        "zstd, no checksum, no content size", "zstd > MessagePack")
    halves = [of_file(part, "zstd", "-c", "-q") for part in (JSON[:300], JSON[300:])]
    add("zstd-frames.json.bin", b"".join(halves), "zstd", zstd, "JSON", "zstd, 2 frames", "zstd > JSON")
    skippable = of_file(JSON, "pzstd", "-c", "-q")
    assert skippable[:4] == b"\x50\x2a\x4d\x18"
    add("zstd-skippable.json.bin", skippable, "pzstd", zstd, "JSON", "zstd, a skippable frame",
        "zstd > JSON")

    for name, options in {
        "1": ["-1"], "9": ["-9"], "12": ["-12"], "linked": ["-BD"], "blocks": ["-BX", "-B4"],
        "size": ["--content-size"], "unchecked": ["--no-frame-crc"],
    }.items():
        data = of_file(JSON, "lz4", "-c", "-q", *options)
        add(f"lz4-{name}.json.bin", data, "lz4", lz4_version, "JSON",
            f"LZ4 frame, {' '.join(options)}", "lz4 > JSON")
    halves = [of_file(part, "lz4", "-c", "-q") for part in (JSON[:300], JSON[300:])]
    add("lz4-frames.json.bin", b"".join(halves), "lz4", lz4_version, "JSON", "LZ4, 2 frames",
        "lz4 > JSON")

    for name, options in {
        "0": ["-0"], "6": ["-6"], "9e": ["-9e"], "unchecked": ["--check=none"],
        "crc32": ["--check=crc32"], "sha256": ["--check=sha256"],
        "bcj": ["--x86", "--lzma2=preset=3"],
    }.items():
        data = run("xz", "-c", *options, data=JSON)
        add(f"xz-{name}.json.bin", data, "xz", xz, "JSON", f"xz {' '.join(options)}", "xz > JSON")
    halves = [run("xz", "-c", data=part) for part in (JSON[:300], JSON[300:])]
    add("xz-streams.json.bin", halves[0] + bytes(8) + halves[1] + bytes(4), "xz", xz, "JSON",
        "xz, 2 streams and padding", "xz > JSON")
    data = run("xz", "-c", "--format=lzma", "-9", data=JSON)
    add("lzma-9.json.bin", data, "xz", xz, "JSON", "LZMA -9", "lzma > JSON")

    for level in "19":
        data = run("bzip2", "-c", f"-{level}", data=JSON)
        add(f"bzip2-{level}.json.bin", data, "bzip2", bzip2, "JSON", f"bzip2 -{level}", "bzip2 > JSON")
    halves = [run("bzip2", "-c", data=part) for part in (JSON[:300], JSON[300:])]
    add("bzip2-streams.json.bin", b"".join(halves), "bzip2", bzip2, "JSON", "bzip2, 2 streams",
        "bzip2 > JSON")

    node = run("node", "--version").decode().strip().lstrip("v")
    script = "process.stdout.write(encodeURIComponent(require('fs').readFileSync(0,'utf8')))"
    add("percent.json.bin", run("node", "-e", script, data=JSON), "encodeURIComponent",
        f"node {node}", "JSON", "none", "percent > JSON")
    script = "process.stdout.write(require('zlib').NAME(require('fs').readFileSync(0)))"
    for name in ["deflateRawSync", "brotliCompressSync"]:
        layer = "deflate" if "deflate" in name else "brotli"
        data = run("node", "-e", script.replace("NAME", name), data=JSON)
        add(f"{layer}-node.json.bin", data, "zlib of node", node, "JSON", layer, f"{layer} > JSON")


def by_python():
    cpython = f"CPython {platform.python_version()}"
    def of(package):
        return f"{package} {version(package)}"

    for serializer, label, data in [
        ("pickle", "pickle 4", PICKLE), ("MessagePack", "MessagePack", MSGPACK)
    ]:
        ending = "pickle" if serializer == "pickle" else "msgpack"
        def each(name, body, maker, compressor, layer, made="real"):
            add(f"{name}.{ending}.bin", body, "Python", maker, serializer, compressor,
                f"{layer} > {label}", made)

        each("zstandard", zstandard.compress(data), of("zstandard"), "zstd", "zstd")
        each("pyzstd", pyzstd.compress(data), of("pyzstd"), "zstd", "zstd")
        each("lz4-frame", lz4.frame.compress(data), of("lz4"), "LZ4 frame", "lz4")
        each("lzma", lzma.compress(data, preset=4), cpython, "xz, preset 4", "xz")
        each("lzma-alone", lzma.compress(data, format=lzma.FORMAT_ALONE), cpython, "LZMA", "lzma")
        each("bz2", bz2.compress(data), cpython, "bzip2", "bzip2")
        each("lz4-block", lz4.block.compress(data), of("lz4"), "LZ4 block, size first", "LZ4 block")
        each("snappy", snappy.compress(data), of("python-snappy"), "Snappy", "snappy")
        stream = snappy.StreamCompressor().add_chunk(data)
        each("snappy-frame", stream, of("python-snappy"), "Snappy frame", "snappy frame")
        each("lzf", lzf.compress(data), of("python-lzf"), "LZF", "lzf")
        raw = zlib.compressobj(9, wbits=-15)
        each("deflate", raw.compress(data) + raw.flush(), cpython, "raw deflate", "deflate")
        each("brotli", brotli.compress(data), of("brotli"), "Brotli", "brotli")
        block = lz4.block.compress(data, store_size=False)
        each("redisson", struct.pack(">i", len(data)) + block, of("lz4"),
             "LZ4 block behind its size, big-endian (Redisson)", "LZ4 block", "specification")
    for quality in [0, 5]:
        add(f"brotli-{quality}.json.bin", brotli.compress(JSON, quality=quality), "Python",
            of("brotli"), "JSON", f"Brotli, quality {quality}", "brotli > JSON")
    for name, pack, maker in [
        ("zstd", zstandard.compress, of("zstandard")), ("lz4", lz4.frame.compress, of("lz4")),
        ("xz", lzma.compress, cpython), ("bzip2", bz2.compress, cpython),
        ("lzma", lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE), cpython),
        ("snappy-frame", snappy.StreamCompressor().add_chunk, of("python-snappy")),
        ("snappy", snappy.compress, of("python-snappy")),
        ("lz4-block", lz4.block.compress, of("lz4")), ("brotli", brotli.compress, of("brotli")),
        ("deflate", lambda data: zlib.compress(data)[2:-4], cpython),
    ]:
        layer = {"lz4-block": "LZ4 block", "snappy-frame": "snappy frame"}.get(name, name)
        add(f"{name}.short.bin", pack(SHORT), "Python", maker, "JSON", f"{layer}, short",
            f"{layer} > JSON", expected="short")
    body = lzf.compress(JSON)
    head = b"ZV\x01" + struct.pack(">HH", len(body), len(JSON))
    add("lzf-stream.json.bin", head + body, "lzf", of("python-lzf"), "JSON", "LZF stream",
        "lzf > JSON", "specification")
    add("percent-quote.json.bin", urllib.parse.quote(JSON).encode(), "urllib.parse.quote", cpython,
        "JSON", "none", "percent > JSON")
    store = "Cm_RedisSession"
    for name, data, maker in [
        ("sn", snappy.compress(JSON), of("python-snappy")), ("lz", lzf.compress(JSON), of("python-lzf")),
        ("l4", lz4.block.compress(JSON), of("lz4")),
    ]:
        add(f"cm-{name}.json.bin", f":{name}:".encode() + data, store, maker, "JSON", f":{name}:",
            f"Cm {name} > JSON", "specification")
    add("nested.bin", bz2.compress(lzma.compress(zstandard.compress(lz4.frame.compress(MSGPACK)))),
        "Python", cpython, "MessagePack", "LZ4, zstd, xz, bzip2", "bzip2 > xz > zstd > lz4 > MessagePack")


PHP = r"""
$redis = new Redis();
$redis->connect($argv[1]);
$session = json_decode(file_get_contents($argv[2]), true, 512, JSON_THROW_ON_ERROR);
$flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;
$out = [];
foreach (['lzf' => Redis::COMPRESSION_LZF, 'zstd' => Redis::COMPRESSION_ZSTD,
          'lz4' => Redis::COMPRESSION_LZ4] as $name => $method) {
    $redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_JSON);
    $redis->setOption(Redis::OPT_COMPRESSION, $method);
    $redis->set($name, $session);
    $redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_NONE);
    $redis->setOption(Redis::OPT_COMPRESSION, Redis::COMPRESSION_NONE);
    $out["phpredis-$name"] = bin2hex($redis->get($name));
}
$out['short'] = [];
$short = ['user_id' => 42, 'name' => 'Ada'];
foreach (['lzf' => Redis::COMPRESSION_LZF, 'lz4' => Redis::COMPRESSION_LZ4] as $name => $method) {
    $redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_JSON);
    $redis->setOption(Redis::OPT_COMPRESSION, $method);
    $redis->set($name, $short);
    $redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_NONE);
    $redis->setOption(Redis::OPT_COMPRESSION, Redis::COMPRESSION_NONE);
    $out['short'][$name] = bin2hex($redis->get($name));
}
$out['short']['cm'] = bin2hex(':gz:' . gzcompress(json_encode($short), 1));
$out['short']['percent'] = bin2hex(rawurlencode(json_encode($short)));
// What redis.session.compression does to a session since phpredis 6.1 is what the client's option does to a string; and
// with the serializer of PHP, as Laravel may be set to.
ini_set('session.use_cookies', '0');
ini_set('session.save_path', dirname($argv[1]));
session_start();
$_SESSION = $session;
$encoded = session_encode();
foreach (['lzf' => Redis::COMPRESSION_LZF, 'zstd' => Redis::COMPRESSION_ZSTD,
          'lz4' => Redis::COMPRESSION_LZ4] as $name => $method) {
    $redis->setOption(Redis::OPT_COMPRESSION, $method);
    $redis->set('session', $encoded);
    $redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_PHP);
    $redis->set('php', $session);
    $redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_NONE);
    $redis->setOption(Redis::OPT_COMPRESSION, Redis::COMPRESSION_NONE);
    $out['session'][$name] = bin2hex($redis->get('session'));
    $out['php'][$name] = bin2hex($redis->get('php'));
}
$json = json_encode($session, $flags);
$out['deflate-php'] = bin2hex(gzdeflate($json));
$out['cm-gz'] = bin2hex(':gz:' . gzcompress($json, 1));
$out['percent-php'] = bin2hex(rawurlencode($json));
$out['versions'] = [PHP_VERSION, phpversion('redis')];
echo json_encode($out);
"""


def by_php():
    session = os.path.join(FOLDER, "session.json")
    out = json.loads(run("php", "-r", PHP, "--", os.path.join(WORK, "redis.sock"), session))
    php, extension = out.pop("versions")
    methods = {"lzf": ("LZF", "lzf"), "zstd": ("zstd", "zstd"), "lz4": ("LZ4", "phpredis LZ4")}
    for serializer, chain, values in [
        ("php", "PHP session", out.pop("session")), ("PHP serialize", "PHP", out.pop("php"))
    ]:
        for name, digits in values.items():
            compressor, layer = methods[name]
            file = f"phpredis-{name}.{'session' if serializer == 'php' else 'php'}.bin"
            add(file, bytes.fromhex(digits), "phpredis client", f"phpredis {extension}", serializer,
                compressor, f"{layer} > {chain}")
            if serializer == "php":
                PAYLOADS[-1] |= {
                    "key": "PHPREDIS_SESSION:4s3k9qk0m8v2d1r7t5b6c3n2a1",
                    "framework": "PHP session (phpredis)"}
    short = {name: bytes.fromhex(digits) for name, digits in out.pop("short").items()}
    client = f"phpredis {extension}"
    add("lzf.short.bin", short["lzf"], "phpredis client", client, "JSON", "LZF, short",
        "lzf > JSON", expected="short")
    add("phpredis-lz4.short.bin", short["lz4"], "phpredis client", client, "JSON", "LZ4, short",
        "phpredis LZ4 > JSON", expected="short")
    add("cm.short.bin", short["cm"], "Cm_RedisSession", php, "JSON", ":gz:, short", "Cm gz > JSON",
        "specification", "short")
    add("percent.short.bin", short["percent"], "PHP", php, "JSON", "rawurlencode, short",
        "percent > JSON", expected="short")
    chains = {
        "phpredis-lzf": ("LZF", "lzf"), "phpredis-zstd": ("zstd", "zstd"),
        "phpredis-lz4": ("LZ4", "phpredis LZ4"), "deflate-php": ("raw deflate", "deflate"),
        "cm-gz": (":gz:", "Cm gz"), "percent-php": ("none", "percent"),
    }
    for name, digits in out.items():
        compressor, layer = chains[name]
        is_client = name.startswith("phpredis")
        store = "phpredis client" if is_client else "Cm_RedisSession" if name == "cm-gz" else "PHP"
        add(f"{name}.json.bin", bytes.fromhex(digits), store,
            f"phpredis {extension}" if is_client else php, "JSON", compressor, f"{layer} > JSON",
            "specification" if name == "cm-gz" else "real")


def hostile():
    """100 MB of zeros, once and twice; claims without end; what needs more than the bytes themselves."""
    zeros = os.path.join(WORK, "zeros")
    with open(zeros, "wb") as file:
        file.truncate(100_000_000)
    bomb = bytes(100_000_000)
    raw = zlib.compressobj(9, wbits=-15)
    once = {
        "zstd": run("zstd", "-19", "-c", "-q", zeros),
        "lz4": run("lz4", "-9", "-c", "-q", zeros),
        "xz": run("xz", "-6", "-c", zeros),
        "lzma": run("xz", "-6", "-c", "--format=lzma", zeros),
        "bzip2": run("bzip2", "-9", "-c", zeros),
        "snappy": snappy.compress(bomb),
        "snappy-frame": snappy.StreamCompressor().add_chunk(bomb),
        "brotli": brotli.compress(bomb),
        "deflate": raw.compress(bomb) + raw.flush(),
        "lz4-block": lz4.block.compress(bomb),
        "lzf": lzf.compress(bomb),
    }
    for name, data in once.items():
        # LZ4, LZF and Snappy shrink zeros so little that the bomb itself would be large: kept inside zlib alone.
        if len(data) < 20_000:
            put(HOSTILE, f"bomb.{name}", data)
        put(HOSTILE, f"bomb.{name}.zlib", zlib.compress(data, 9))

    samples = [json.dumps({"user_id": n, "name": f"user {n}", "roles": ["customer"]}).encode()
               for n in range(2000)]
    put(HOSTILE, "dictionary.zstd",
        zstandard.ZstdCompressor(dict_data=zstandard.train_dictionary(2048, samples)).compress(SHORT))
    window = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    stream = zstandard.ZstdCompressor(compression_params=window).compressobj()
    put(HOSTILE, "window.zstd", stream.compress(SHORT) + stream.flush())
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 512 << 20}]
    put(HOSTILE, "dictionary-512m.xz", lzma.compress(SHORT, filters=filters))
    filters[0]["id"] = lzma.FILTER_LZMA1
    put(HOSTILE, "dictionary-512m.lzma",
        lzma.compress(SHORT, format=lzma.FORMAT_ALONE, filters=filters))
    put(HOSTILE, "legacy.lz4", run("lz4", "-l", "-c", "-q", data=JSON))


def main():
    os.makedirs(HOSTILE, exist_ok=True)
    put(FOLDER, "session.json", JSON)
    put(FOLDER, "short.json", SHORT)
    by_programs()
    by_python()
    by_php()
    hostile()
    with open(os.path.join(FOLDER, "manifest.json"), "w") as file:
        json.dump({"payloads": PAYLOADS}, file, indent=1, ensure_ascii=False)
        file.write("\n")


main()
