"""Writes Tests/Fixtures/others: sessions of Rust, Swift and Go frameworks and of Apache, from their sources' descriptions.

    python3 other_stores.py FOLDER

actix-session/src/storage/format.rs; tower-sessions-core/src/session.rs with rmp_serde::to_vec, which writes a struct as an
array and the `time` crate's dates as arrays; async-session/src/session.rs; vapor/redis Redis+Sessions.swift;
hummingbird-auth SessionStorage; kataras/iris sessions; mod_auth_openidc src/session.c.
"""
import json
import os
import struct
import sys

FOLDER = sys.argv[1]
PAYLOADS = []
NOW = 1700000000


def add(name, store, version, serializer, key, payload, expected, framework, chain, **more):
    line = dict(more, store=store, version=version, serializer=serializer, compressor="none", made="specification",
                key=key, framework=framework, chain=chain, typed=name + ".typed.json")
    if payload is not None:
        line["file"] = name + ".bin"
        with open(os.path.join(FOLDER, line["file"]), "wb") as file:
            file.write(payload)
    with open(os.path.join(FOLDER, line["typed"]), "w") as file:
        file.write(json.dumps(expected, ensure_ascii=False, separators=(",", ":")) + "\n")
    PAYLOADS.append(line)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text(value):
    data = value.encode()
    return bytes([0xA0 | len(data)]) + data if len(data) < 32 else bytes([0xD9, len(data)]) + data


os.makedirs(FOLDER, exist_ok=True)
CART = [{"sku": "TEA-0042", "title": "Grüner Tee 緑茶", "qty": 2}]

# actix-session: each value is serialized by itself.
state = {"actix_identity.user_id": "42", "name": "Ada \"the\" Countess", "cart": CART, "visits": 3, "newsletter": None}
add("actix-session", "actix-session", "0.10", "JSON", "x" * 3 + "Q7" * 30 + "z", compact(
    {name: compact(value) for name, value in state.items()}).encode(), state, "actix-session", "JSON of JSON texts")
add("actix-session-next", "actix-session", "development (version 1 of the format)", "JSON", "x" * 3 + "Q7" * 30 + "y",
    compact({"v": 1, "state": state}).encode(), {"v": 1, "state": state}, "actix-session", "JSON")

# async-session
identity = "0123456789abcdefghijklmnopqrstuvwxyzABCDEF0="
add("async-session", "async-redis-session", "0.2 (async-session 3.0)", "JSON", identity,
    compact({"id": identity, "expiry": "2023-11-15T22:13:20.000000000Z",
             "data": {"user_id": "42", "cart": compact(CART)}}).encode(),
    {"id": identity, "expiry": "2023-11-15T22:13:20.000000000Z", "data": {"user_id": 42, "cart": CART}},
    "async-session", "JSON of JSON texts")

# tower-sessions: [bin 16 of the big-endian i128, map, [year, ordinal, hour, minute, second, nanoseconds, offset h m s]]
number = bytes(range(0x11, 0x21))
record = b"\x93\xc4\x10" + number
record += b"\x82" + text("user_id") + b"\x2a" + text("name") + text("Grüße, Ada")
record += b"\x99" + b"\xcd" + struct.pack(">H", 2023) + b"\xcd" + struct.pack(">H", 319)
record += bytes([22, 13, 20]) + b"\xce" + struct.pack(">I", 250000000) + bytes([0, 0, 0])
import base64  # noqa: E402
add("tower-sessions", "tower-sessions-redis-store", "0.16", "MessagePack",
    base64.urlsafe_b64encode(number[::-1]).decode().rstrip("="), record,
    [{"$bytes": base64.b64encode(number).decode()}, {"user_id": 42, "name": "Grüße, Ada"},
     [2023, 319, 22, 13, 20, 250000000, 0, 0, 0]], "tower-sessions", "MessagePack")

# Swift
add("vapor", "Vapor redis sessions", "4.10", "JSON",
    "vrs-" + base64.b64encode(bytes(range(32))).decode(), compact({"_UserSession": "42", "locale": "de"}).encode(),
    {"_UserSession": "42", "locale": "de"}, "Vapor", "JSON")
add("hummingbird", "Hummingbird auth sessions", "2.0", "JSON", "hbs.RkR3U1pqT2Q4c0pYd2h2Y1p1QkE",
    compact({"userID": "42", "session": {"user_id": 42}}).encode(), {"userID": "42", "session": {"user_id": 42}},
    "Hummingbird", "JSON")

# iris: a hash, each value JSON.
sid = "5f0c1d2e-3b4a-4c5d-8e6f-7a8b9c0d1e2f"
add("iris", "kataras/iris sessions", "12.2", "JSON", "iris:" + sid, None,
    {"session_id": sid, "user_id": 42, "cart": CART}, "iris", "JSON",
    fields={"session_id": sid.encode().hex(), "user_id": b"42".hex(), "cart": compact(CART).encode().hex()})

# mod_auth_openidc
claims = {"iss": "https://idp.example.org", "sub": "ada", "exp": NOW + 600}
session = {"r": "ada@idp.example.org", "e": NOW + 28800, "i": sid, "idc": claims, "at": "2YotnFZFEjr1zCsicMWpAA",
           "v": "2"}
add("mod-auth-openidc", "mod_auth_openidc", "2.4 (OIDCCacheType redis)", "JSON", "s:" + sid, compact(session).encode(),
    session, "mod_auth_openidc", "JSON")

with open(os.path.join(FOLDER, "manifest.json"), "w") as file:
    file.write(json.dumps({"payloads": PAYLOADS}, indent=1, sort_keys=True) + "\n")
