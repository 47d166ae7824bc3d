"""Writes Tests/Fixtures/msgpack and Tests/Fixtures/layers: MessagePack of PyPI msgpack and msgspec, and sessions
in zlib, gzip and base64 of CPython.

    python msgpack_values.py FIXTURES
"""
import base64
import datetime
import gzip
import os
import pickle
import sys
import zlib

import msgpack
import msgspec

import flask_values as values

UTC = datetime.timezone.utc
VALUES = {
    "integers": [0, 1, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1,
                 -1, -32, -33, -128, -129, -32768, -32769, -2**31, -2**31 - 1, -2**63],
    "texts": ["", "a" * 31, "a" * 32, "b" * 255, "c" * 256, "größer 🫖"],
    "bytes": [b"", b"\x00" * 255, b"\x01" * 256, b"\xff" * 3],
    "floats": [0.0, -0.0, 0.1, 1.5, 1e300, 5e-324],
    "lists": [[], list(range(15)), list(range(16)), [None, True, False]],
    "map": {"m%02d" % at: at for at in range(16)},
}
TIMES = [
    datetime.datetime(1970, 1, 1, tzinfo=UTC),
    datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
    datetime.datetime(2023, 11, 14, 22, 13, 20, 123456, tzinfo=UTC),
    datetime.datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC),
    datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime.datetime(2600, 2, 28, 12, 0, 0, 1, tzinfo=UTC),
    datetime.datetime(1, 1, 1, tzinfo=UTC),
    datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime.datetime(2000, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime.datetime(1900, 3, 1, tzinfo=UTC),
]


def time_text(time):
    fraction = ("%06d" % time.microsecond).rstrip("0")
    text = time.replace(tzinfo=None, microsecond=0).isoformat()
    return {"$datetime": text + ("." + fraction if fraction else "") + "Z"}


def main(fixtures):
    folder = os.path.join(fixtures, "msgpack")
    os.makedirs(folder, exist_ok=True)
    writers = {
        "msgpack-%d.%d.%d" % msgpack.version: lambda value: msgpack.packb(value, datetime=True),
        "msgspec-" + msgspec.__version__: msgspec.msgpack.encode,
    }
    for name, write in writers.items():
        everything = dict(VALUES, times=TIMES)
        put(folder, name + ".msgpack", write(everything))
        values.dump(os.path.join(folder, name + ".typed.json"),
                    dict(values.msgpacked(VALUES), times=[time_text(time) for time in TIMES]))
    raw = {"old": b"\xff\xfe", "text": "as before bin", "ext": msgpack.ExtType(5, b"ab"),
           "float": 0.1}
    put(folder, "msgpack-old-raw.msgpack",
        msgpack.packb(raw, use_bin_type=False, use_single_float=True))
    values.dump(os.path.join(folder, "msgpack-old-raw.typed.json"), {
        "old": {"$bytes": "//4="}, "text": "as before bin", "ext": {"$ext": [5, {"$bytes": "YWI="}]},
        "float": 0.1})

    folder = os.path.join(fixtures, "layers")
    os.makedirs(folder, exist_ok=True)
    session = dict(values.login())
    text = msgspec.json.encode(session)
    packed = msgspec.msgpack.encode(session)
    put(folder, "zlib-1.json.bin", zlib.compress(text, 1))
    put(folder, "zlib-9.msgpack.bin", zlib.compress(packed, 9))
    put(folder, "gzip.json.bin", gzip.compress(text, mtime=values.NOW))
    put(folder, "gzip-members.json.bin",
        gzip.compress(text[:50], mtime=0) + gzip.compress(text[50:], mtime=0))
    put(folder, "base64.msgpack.bin", base64.b64encode(packed))
    put(folder, "base64-url.json.bin", base64.urlsafe_b64encode(text).rstrip(b"="))
    put(folder, "base64-mime.zlib.json.bin", base64.encodebytes(zlib.compress(text)))
    put(folder, "hex.gzip.msgpack.bin", gzip.compress(packed, mtime=0).hex().encode())
    put(folder, "zlib.base64.json.bin", zlib.compress(base64.b64encode(text)))
    pickled = pickle.dumps(session, 4)
    put(folder, "zlib.base64.pickle.bin", zlib.compress(base64.b64encode(pickled)))
    put(folder, "base64.zlib.pickle.bin", base64.b64encode(zlib.compress(pickled)))
    values.dump(os.path.join(folder, "session.typed.json"), session)


def put(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


main(*sys.argv[1:])
