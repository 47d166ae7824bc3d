# coding: utf-8
"""What the sample sessions hold, and what it looks like in typed JSON. Runs on Python 2.7 and 3."""
import base64
import datetime
import decimal
import json
import sys
import uuid

SECRET = "sesscli-test-key"
NOW = 1700000000  # 2023-11-14T22:13:20Z
TTL = 2678400  # Flask's default lifetime of a permanent session, 31 days
PYTHON2 = sys.version_info[0] == 2

if not PYTHON2:
    unicode = str


def shop(aware):
    """A visitor's cart, with what pickle and MessagePack can say and JSON cannot."""
    values = [
        ("user_id", 42),
        ("csrf_token", "f6b1c0de9a7e4c5d8b3a2f1e0d9c8b7a6f5e4d3c"),
        ("cart", [
            {"sku": "TEA-0042", "title": u"Grüner Tee 緑茶", "qty": 2,
             "price": decimal.Decimal("12.90")},
            {"sku": "POT-7", "title": u"Kännchen 🫖", "qty": 1,
             "price": decimal.Decimal("39.00")},
        ]),
        ("coupons", set(["WELCOME10"])),
        ("currency", ("EUR", 1.0)),
        ("visit", uuid.UUID("3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e8f13")),
        ("started", datetime.datetime(2023, 11, 14, 22, 13, 20, 250000)),
        ("thumbnail", b"\x89PNG\r\n\x1a\n\x00"),
        ("newsletter", None),
    ]
    if aware:
        values.append(("last_seen", datetime.datetime(
            2023, 11, 14, 22, 13, 20, tzinfo=datetime.timezone.utc)))
    return values


def login():
    """What Flask-Login and Flask-WTF leave."""
    return [
        ("_fresh", True),
        ("_id", "9f2c" * 32),
        ("_user_id", "ada"),
        ("csrf_token", "0d9c8b7a6f5e4d3cf6b1c0de9a7e4c5d8b3a2f1e"),
        ("next", "/account?tab=orders"),
        ("locale", "de_DE"),
        ("remember", False),
        ("attempts", 3),
    ]


FLASHES = [("message", u"Willkommen zurück, Ada!"), ("warning", "Your cart was saved.")]


def typed(value):
    """Typed JSON of a value that was pickled, or that Flask's tagged JSON holds."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, unicode):
        return value
    if isinstance(value, (bytes, bytearray)):
        if PYTHON2:
            try:
                return value.decode("ascii")
            except UnicodeDecodeError:
                pass
        return {"$bytes": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, tuple):
        return {"$tuple": [typed(item) for item in value]}
    if isinstance(value, (set, frozenset)):
        return {"$set": [typed(item) for item in value]}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if isinstance(value, dict):
        return Pairs((key, typed(item)) for key, item in value.items())
    if isinstance(value, datetime.datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, uuid.UUID):
        return {"$uuid": str(value)}
    if isinstance(value, decimal.Decimal):
        return {"$decimal": str(value)}
    raise TypeError(repr(value))


def tagged(value):
    """Typed JSON of a value after Flask's tagged JSON: seconds only, in UTC."""
    if isinstance(value, datetime.datetime):
        return {"$datetime": value.replace(microsecond=0, tzinfo=None).isoformat() + "Z"}
    if isinstance(value, tuple):
        return {"$tuple": [tagged(item) for item in value]}
    if isinstance(value, list):
        return [tagged(item) for item in value]
    if isinstance(value, dict):
        return Pairs((key, tagged(item)) for key, item in value.items())
    if hasattr(value, "__html__"):
        return {"$html": unicode(value)}
    return typed(value)


def msgpacked(value):
    """Typed JSON of a value after msgspec's MessagePack."""
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            return {"$datetime": value.replace(tzinfo=None).isoformat() + "Z"}
        return value.isoformat()
    if isinstance(value, (uuid.UUID, decimal.Decimal)):
        return str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [msgpacked(item) for item in value]
    if isinstance(value, dict):
        return Pairs((key, msgpacked(item)) for key, item in value.items())
    return typed(value)


def jsoned(value):
    """Typed JSON of a value after msgspec's JSON."""
    if isinstance(value, datetime.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (list, tuple, set, frozenset)):
        return [jsoned(item) for item in value]
    if isinstance(value, dict):
        return Pairs((key, jsoned(item)) for key, item in value.items())
    return msgpacked(value)


class Pairs(dict):
    """A dict whose order is kept on Python 2 as well, where pickle writes a dict's own order."""

    def __init__(self, pairs):
        pairs = list(pairs)
        dict.__init__(self, pairs)
        self.pairs = pairs

    def items(self):
        return self.pairs

    def iteritems(self):
        return iter(self.pairs)

    def __iter__(self):
        return iter([key for key, _ in self.pairs])

    def keys(self):
        return [key for key, _ in self.pairs]


def dump(path, value):
    with open(path, "wb") as file:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        file.write(text.encode("utf-8") + b"\n")
