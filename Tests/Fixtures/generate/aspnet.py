"""Sessions of ASP.NET and Vert.x, written from their specifications: none of the libraries runs here.

Their sources are named at the functions. The expected values are the ones put in, not read back:

    python3 Tests/Fixtures/generate/aspnet.py Tests/Fixtures/aspnet
"""
import datetime
import json
import os
import struct
import sys
import uuid

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
payloads = []
ID = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")


def add(name, typed, data=None, **line):
    line = dict({"compressor": "none", "made": "specification"}, **line)
    if data is not None:
        line["file"] = name + ".bin"
        with open(os.path.join(folder, line["file"]), "wb") as file:
            file.write(data)
    line["typed"] = name + ".typed.json"
    with open(os.path.join(folder, line["typed"]), "w") as file:
        json.dump(typed, file, ensure_ascii=False)
        file.write("\n")
    payloads.append(line)


def ticks(year, month, day, hour=0, minute=0, second=0):
    moment = datetime.datetime(year, month, day, hour, minute, second)
    return (moment - datetime.datetime(1, 1, 1)) // datetime.timedelta(microseconds=1) * 10


def session(items, id=ID):
    """dotnet/aspnetcore src/Middleware/Session/src/DistributedSession.cs, Serialize."""
    data = b"\x02" + struct.pack(">I", len(items))[1:] + id.bytes_le
    for key, value in items.items():
        key = key.encode()
        data += struct.pack(">H", len(key)) + key + struct.pack(">I", len(value)) + value
    return data


def text(value):
    """System.IO.BinaryWriter.Write(string)."""
    value = value.encode()
    size, head = len(value), b""
    while size >= 0x80:
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + bytes([size]) + value


def ticket(scheme, identities, properties):
    """dotnet/aspnetcore src/Security/Authentication/Core/src/TicketSerializer.cs and PropertiesSerializer.cs."""
    def pairs(pairs):
        return struct.pack("<i", len(pairs)) + b"".join(text(k) + text(v) for k, v in pairs.items())

    def identity(authentication, claims, name="\0", role="\0", bootstrap=None, actor=None):
        data = text(authentication) + text(name) + text(role) + struct.pack("<i", len(claims))
        for type, value, value_type, issuer, original, extra in claims:
            data += text(type) + text(value) + text(value_type) + text(issuer) + text(original)
            data += pairs(extra)
        data += b"\1" + text(bootstrap) if bootstrap else b"\0"
        return data + (b"\1" + identity(**actor) if actor else b"\0")

    data = struct.pack("<i", 5) + text(scheme) + struct.pack("<i", len(identities))
    return data + b"".join(identity(**i) for i in identities) + struct.pack("<i", 1) + pairs(properties)


def claim(type, value, value_type="\0", issuer="\0", original="\0", **extra):
    return type, value, value_type, issuer, original, extra


def items(values):
    """System.Web/State/SessionStateItemCollection.cs, Serialize, and AltSerialization.cs, WriteValueToStream."""
    data = struct.pack("<ii", len(values), -1) + b"".join(map(text, values))
    ends, body = b"", b""
    for type, value in values.values():
        body += bytes([type]) + value
        ends += struct.pack("<i", len(body))
    return data + ends + body


def vertx(id, timeout, accessed, version, values):
    """vert-x3/vertx-web SharedDataSessionImpl.java, writeToBuffer."""
    def string(value):
        return struct.pack(">i", len(value.encode())) + value.encode()

    data = string(id) + struct.pack(">qqii", timeout, accessed, version, len(values))
    for key, (type, value) in values.items():
        data += string(key) + bytes([type]) + value
    return data


# ASP.NET Core's session, as bytes and as the hash of the distributed cache.
shop = {
    "_Name": "Ada ✓".encode(), "UserId": struct.pack(">i", 42), "Balance": struct.pack(">i", -1250),
    "Cart": '[{"sku":"TEA-0042","qty":2,"price":12.90},{"sku":"POT-7","qty":1}]'.encode(),
    "Theme": b"dark", "Empty": b"", "Thumbnail": b"\x89PNG\r\n\x1a\n\x00",
}
shop_typed = {
    "_Name": "Ada ✓", "UserId": 42, "Balance": -1250,
    "Cart": [{"sku": "TEA-0042", "qty": 2, "price": 12.9}, {"sku": "POT-7", "qty": 1}],
    "Theme": "dark", "Empty": "", "Thumbnail": {"$bytes": "iVBORw0KGgoA"},
}
core = dict(store="ASP.NET Core session", version="2 and newer", serializer="session version 2")
add("session", shop_typed, session(shop), chain="ASP.NET Core session", **core)
add("session-empty", {}, session({}), chain="ASP.NET Core session", **core)
key = "shop3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e0391"
fields = {"absexp": b"-1", "sldexp": b"12000000000", "data": session(shop)}
add("session-hash", {"absexp": -1, "data": shop_typed, "sldexp": 12000000000}, key=key,
    framework="ASP.NET Core", chain="ASP.NET Core session",
    fields={name: value.hex() for name, value in fields.items()}, **core)
end = ticks(2023, 11, 14, 22, 13, 20)
fields = {"absexp": str(end).encode(), "sldexp": b"-1", "data": b'{"user":"ada"}'}
add("cache-hash", {"absexp": end, "data": {"user": "ada"}, "sldexp": -1}, key=key,
    framework="ASP.NET Core", chain="JSON", store="ASP.NET Core cache", version="2 and newer",
    serializer="JSON", fields={name: value.hex() for name, value in fields.items()})

# A login.
names = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
role = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"
properties = {
    ".issued": "Tue, 14 Nov 2023 22:13:20 GMT", ".expires": "Tue, 28 Nov 2023 22:13:20 GMT",
    ".persistent": "",
}
claims = [
    claim(names + "nameidentifier", "42"), claim("\0", "ada@example.com"), claim(role, "admin"),
    claim(role, "editor", "\0", "https://login.example.com", "https://login.example.com"),
    claim("level", "3", "http://www.w3.org/2001/XMLSchema#integer", source="ldap"),
]
claims_typed = [
    {"type": names + "nameidentifier", "value": "42"},
    {"type": names + "name", "value": "ada@example.com"},
    {"type": role, "value": "admin"},
    {"type": role, "value": "editor", "issuer": "https://login.example.com",
     "originalIssuer": "https://login.example.com"},
    {"type": "level", "value": "3", "valueType": "http://www.w3.org/2001/XMLSchema#integer",
     "properties": {"source": "ldap"}},
]
login = dict(
    store="ASP.NET Core ITicketStore", version="1.0 and newer", serializer="ticket version 5",
    chain="ASP.NET Core ticket", framework="ASP.NET Core")
add("ticket",
    {"scheme": "Cookies", "identities": [{"authenticationType": "Cookies", "claims": claims_typed}],
     "properties": properties},
    ticket("Cookies", [{"authentication": "Cookies", "claims": claims}], properties),
    key="AuthSessionStore-3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e0391", **login)
add("ticket-actor",
    {"scheme": "Bearer", "identities": [{
        "authenticationType": "AuthenticationTypes.Federation", "nameClaimType": "name",
        "roleClaimType": "role", "claims": [{"type": "name", "value": "Ada"}],
        "bootstrapContext": "eyJhbGciOiJub25lIn0.e30.",
        "actor": {"authenticationType": "", "claims": [{"type": "sub", "value": "svc-1"}]}}],
     "properties": {}},
    ticket("Bearer", [dict(
        authentication="AuthenticationTypes.Federation", name="name", role="role",
        claims=[claim("\0", "Ada")], bootstrap="eyJhbGciOiJub25lIn0.e30.",
        actor=dict(authentication="", claims=[claim("sub", "svc-1")]))], {}), **login)

# Classic ASP.NET. The object is one byte more than nothing: sesscli does not read it.
state = {
    "UserId": (2, struct.pack("<i", 42)), "Name": (1, text("Ada ✓")), "Ok": (3, b"\1"),
    "When": (4, struct.pack("<q", ticks(2024, 1, 2, 3, 4, 5) + 5_000_000)),
    "Price": (5, struct.pack("<IIII", 1290, 0, 0, 2 << 16)),
    "Debt": (5, struct.pack("<IIII", 5, 0, 1, 28 << 16 | 1 << 31)),
    "Small": (6, b"\xff"), "Letter": (7, "ü".encode()), "Ratio": (8, struct.pack("<f", 0.1)),
    "Exact": (9, struct.pack("<d", 1.5)), "Signed": (10, b"\xff"), "Short": (11, b"\0\x80"),
    "Long": (12, struct.pack("<q", -2**63)), "Port": (13, struct.pack("<H", 65535)),
    "Count": (14, struct.pack("<I", 2**32 - 1)), "Huge": (15, struct.pack("<Q", 2**64 - 1)),
    "Idle": (16, struct.pack("<q", 15 * 3600 * 10**7 + 5_000_000)), "Id": (17, ID.bytes_le),
    "Nothing": (21, b""),
}
state_typed = {
    "UserId": 42, "Name": "Ada ✓", "Ok": True, "When": {"$datetime": "2024-01-02T03:04:05.5"},
    "Price": {"$decimal": "12.90"}, "Debt": {"$decimal": "-0.0000000018446744073709551621"},
    "Small": 255, "Letter": "ü", "Ratio": 0.1, "Exact": 1.5, "Signed": -1, "Short": -32768,
    "Long": -2**63, "Port": 65535, "Count": 2**32 - 1, "Huge": 2**64 - 1,
    "Idle": {"$timedelta": "PT15H0.5S"}, "Id": {"$uuid": str(ID)}, "Nothing": None,
}
add("state-items", state_typed, items(state), store="ASP.NET RedisSessionStateProvider",
    version="5.0 and newer", serializer="SessionStateItemCollection",
    key="{shop_24yx5jvmzbyqxq1ylrqkz4cx}_SessionStateItemCollection",
    chain="ASP.NET session items", framework="ASP.NET session state")

# Vert.x
add("vertx", {"user": "Ada ✓", "n": 42, "ok": True, "long": -2**63, "short": -2, "byte": -3,
              "double": 0.1, "float": 0.1, "char": "ü", "token": {"$bytes": "AP8="}},
    vertx("0123456789abcdef0123456789abcdef", 1_800_000, 1_700_000_000_000, 3, {
        "user": (9, struct.pack(">i", 7) + "Ada ✓".encode()), "n": (2, struct.pack(">i", 42)),
        "ok": (8, b"\1"), "long": (1, struct.pack(">q", -2**63)), "short": (3, struct.pack(">h", -2)),
        "byte": (4, b"\xfd"), "double": (5, struct.pack(">d", 0.1)),
        "float": (6, struct.pack(">f", 0.1)), "char": (7, "ü".encode("utf-16-be")),
        "token": (11, struct.pack(">i", 2) + b"\0\xff")}),
    key="0123456789abcdef0123456789abcdef", store="Vert.x Web RedisSessionStore",
    version="3.6 and newer", serializer="session buffer", chain="Vert.x session",
    framework="Vert.x Web")

with open(os.path.join(folder, "manifest.json"), "w") as file:
    json.dump({"payloads": payloads}, file, indent=1, ensure_ascii=False)
    file.write("\n")
