"""Writes Tests/Fixtures/hostile: payloads that unpack to more than anybody has.

    python hostile.py FIXTURES
"""
import gzip
import os
import sys
import zlib

SIZE = 100_000_000


def main(fixtures):
    folder = os.path.join(fixtures, "hostile")
    os.makedirs(folder, exist_ok=True)
    once = zlib.compress(bytes(SIZE), 9)
    put(folder, "bomb.zlib.zlib", zlib.compress(once, 9))
    put(folder, "bomb.gzip.zlib", zlib.compress(gzip.compress(bytes(SIZE), 9, mtime=0), 9))
    nested = b"word"
    for _ in range(20):
        nested = gzip.compress(nested, mtime=0)
    put(folder, "layers-20.gzip", nested)


def put(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


main(*sys.argv[1:])
