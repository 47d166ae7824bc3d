# -*- coding: utf-8 -*-
"""Writes pickles of one CPython, in all its protocols, each with the typed JSON that is expected of it.

    python pickle_cases.py OUTPUT-FOLDER

Runs on Python 2.7 and 3.6 or newer, oldest first: a payload that an older version has written into the folder already
is left out. The file is named after the version. Each line is a JSON object: the name of
the case, the protocol, the payload in base64, and the expected text. The expectation is made here from the
Python objects, by rules written down a second time, and not by the decoder under test.
"""
from __future__ import print_function, unicode_literals

import array
import base64
import collections
import datetime
import decimal
import fractions
import json
import os
import pickle
import platform
import re
import sys
import time
import uuid

PY2 = sys.version_info[0] == 2
if PY2:
    text_type, integer_types, byte_string = unicode, (int, long), str  # noqa: F821
else:
    text_type, integer_types, byte_string = str, (int,), bytes


class User(object):
    def __init__(self, **fields):
        self.__dict__.update(fields)


class Slots(object):
    __slots__ = ("x", "y")


class Names(list):
    pass


class Settings(dict):
    pass


class Word(text_type):
    pass


class Tagged(object):
    """Its state is no dict."""

    def __init__(self, state):
        self.state = state

    def __getstate__(self):
        return self.state

    def __setstate__(self, state):
        self.state = state


class WithArguments(object):
    def __init__(self, *arguments):
        self.arguments = arguments

    def __reduce__(self):
        return WithArguments, self.arguments


Point = collections.namedtuple("Point", "x y")

if PY2:

    class Old:
        def __init__(self):
            self.name = b"old"

else:
    import enum
    import ipaddress
    import pathlib
    import types

    class Color(enum.Enum):
        RED = 1

    class Level(enum.IntEnum):
        HIGH = 3

    if sys.version_info >= (3, 7):
        import dataclasses

        Item = dataclasses.make_dataclass("Item", [("sku", str), ("count", int)])
        Item.__module__ = "__main__"


# Expectations

SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
ESCAPED = [(0, 0x1F), (0x7F, 0x9F), (0x61C, 0x61C), (0x200E, 0x200F), (0x2028, 0x202E), (0x2066, 0x2069)]
if not PY2:
    ESCAPED.append((0xD800, 0xDFFF))


def quoted(text):
    result = ""
    for character in text:
        if character in SHORT:
            result += SHORT[character]
        elif any([first <= ord(character) <= last for first, last in ESCAPED]):
            result += "\\u%04x" % ord(character)
        else:
            result += character
    return '"' + result + '"'


def tag(name, inner):
    return '{"$%s":%s}' % (name, inner)


def base64_text(data):
    return quoted(base64.b64encode(bytes(data)).decode())


def class_name(cls):
    module = cls.__module__
    module = {"__builtin__": "builtins", "exceptions": "builtins"}.get(module, module)
    return module + "." + getattr(cls, "__qualname__", cls.__name__)


def offset_text(delta):
    seconds = int(delta.total_seconds())
    size = abs(seconds)
    text = "%s%02d:%02d" % ("-" if seconds < 0 else "+", size // 3600, size // 60 % 60)
    return text if size % 60 == 0 else text + ":%02d" % (size % 60)


def zone_text(zone):
    if zone is None:
        return ""
    if hasattr(zone, "key"):
        return "[%s]" % zone.key
    return offset_text(zone.utcoffset(None))


def duration_text(delta):
    if not delta:
        return "PT0S"
    sign = ""
    if delta < datetime.timedelta(0):
        sign, delta = "-", -delta
    clock = ""
    hours, minutes, seconds = delta.seconds // 3600, delta.seconds // 60 % 60, delta.seconds % 60
    if hours:
        clock += "%dH" % hours
    if minutes:
        clock += "%dM" % minutes
    if seconds or delta.microseconds:
        fraction = (".%06d" % delta.microseconds).rstrip("0") if delta.microseconds else ""
        clock += "%d%sS" % (seconds, fraction)
    days = "%dD" % delta.days if delta.days else ""
    return sign + "P" + days + ("T" + clock if clock else "")


def number_text(value):
    if value != value:
        return '{"$float":"nan"}'
    if value in (float("inf"), float("-inf")):
        return '{"$float":"%s"}' % ("inf" if value > 0 else "-inf")
    return repr(value) if not PY2 else repr(value).decode()


class Writer(object):
    """Typed JSON of an object. What appears more than once is numbered in the order of appearance."""

    def __init__(self, root, protocol):
        self.protocol = protocol
        self.counts = {}
        self.keep = []
        self.count(root)
        self.numbers = {}

    def fold(self, value):
        """Protocols below 4 drop the fold."""
        return "[_fold=1]" if getattr(value, "fold", 0) and self.protocol >= 4 else ""

    def is_shareable(self, value):
        if isinstance(value, (list, dict, set, frozenset, tuple, collections.deque)):
            return len(value) > 0
        return isinstance(value, (User, Slots, Tagged, WithArguments))

    def children(self, value):
        if isinstance(value, dict):
            return [child for pair in value.items() for child in pair]
        if isinstance(value, (list, set, frozenset, tuple, collections.deque)):
            return list(value)
        if isinstance(value, User):
            return [child for pair in value.__dict__.items() for child in pair]
        return []

    def count(self, value):
        if not self.is_shareable(value):
            return
        self.keep.append(value)
        seen = self.counts.get(id(value), 0)
        self.counts[id(value)] = seen + 1
        if not seen:
            for child in self.children(value):
                self.count(child)

    def write(self, value):
        if self.counts.get(id(value), 0) < 2:
            return self.plain(value)
        number = self.numbers.get(id(value))
        if number:
            return '{"$ref":%d}' % number
        number = len(self.numbers) + 1
        self.numbers[id(value)] = number
        return '{"$shared":[%d,%s]}' % (number, self.plain(value))

    def list(self, values):
        return "[" + ",".join([self.write(value) for value in values]) + "]"

    def map(self, pairs):
        pairs = list(pairs)
        keys = [key.decode() if PY2 and isinstance(key, str) else key for key, _ in pairs]
        if all(isinstance(key, text_type) and not key.startswith("$") for key in keys):
            members = [quoted(key) + ":" + self.write(value) for key, (_, value) in zip(keys, pairs)]
            return "{" + ",".join(members) + "}"
        return tag("map", "[" + ",".join([self.list(pair) for pair in pairs]) + "]")

    def object(self, name, **parts):
        members = ['"class":' + quoted(name)]
        for part in ("args", "fields", "items", "entries", "state"):
            value = parts.get(part)
            if value is None or (part != "state" and not len(value)):
                continue
            if part in ("args", "items"):
                text = self.list(value)
            elif part in ("fields", "entries"):
                text = self.map(value.items())
            else:
                text = self.write(value)
            members.append('"%s":%s' % (part, text))
        return tag("object", "{" + ",".join(members) + "}")

    def plain(self, value):
        if value is None:
            return "null"
        if value is True or value is False:
            return "true" if value else "false"
        cls = type(value)
        if cls in integer_types:
            return "%d" % value
        if cls is float:
            return number_text(value)
        if cls is text_type:
            return quoted(value)
        if cls is byte_string:
            if PY2:
                try:
                    return quoted(value.decode("utf-8"))
                except UnicodeDecodeError:
                    pass
            return tag("bytes", base64_text(value))
        if cls is bytearray:
            return tag("bytearray", base64_text(value))
        if cls is list:
            return self.list(value)
        if cls is dict or cls is collections.OrderedDict or cls is collections.Counter:
            return self.map(value.items())
        if cls in (tuple, set, frozenset):
            return tag(cls.__name__, self.list(value))
        if cls is collections.deque:
            if value.maxlen is None:
                return tag("deque", self.list(value))
            return self.object("collections.deque", fields={"maxlen": value.maxlen}, items=list(value))
        if cls is collections.defaultdict:
            return self.object(class_name(cls), args=[value.default_factory], entries=value)
        if cls is complex:
            return tag("complex", self.list([value.real, value.imag]))
        if cls is datetime.datetime:
            text = value.replace(tzinfo=None).isoformat()
            return tag("datetime", quoted(str(text) + zone_text(value.tzinfo) + self.fold(value)))
        if cls is datetime.date:
            return tag("date", quoted(str(value.isoformat())))
        if cls is datetime.time:
            text = value.replace(tzinfo=None).isoformat()
            return tag("time", quoted(str(text) + zone_text(value.tzinfo) + self.fold(value)))
        if cls is datetime.timedelta:
            return tag("timedelta", quoted(duration_text(value)))
        if cls is decimal.Decimal:
            return tag("decimal", quoted(str(value)))
        if cls is fractions.Fraction:
            return tag("fraction", quoted("%d/%d" % (value.numerator, value.denominator)))
        if cls is uuid.UUID:
            return tag("uuid", quoted(str(value)))
        if isinstance(value, type):
            return tag("global", quoted("types.NoneType" if value is type(None) else class_name(value)))
        if cls is User:
            return self.object(class_name(cls), fields=value.__dict__)
        if cls is Slots:
            return self.object(class_name(cls), fields=value.__reduce_ex__(2)[2][1])
        if cls is Names:
            return self.object(class_name(cls), items=list(value))
        if cls is Settings:
            return self.object(class_name(cls), entries=dict(value))
        if cls is Word:
            return self.object(class_name(cls), args=[text_type(value)])
        if cls is Tagged:
            return self.object(class_name(cls), state=value.state)
        if cls is WithArguments:
            return self.object(class_name(cls), args=value.arguments)
        if cls is Point:
            return self.object(class_name(cls), args=tuple(value))
        if isinstance(value, Exception):
            return self.object(class_name(cls), args=value.args)
        if isinstance(value, re.Pattern if hasattr(re, "Pattern") else type(re.compile(""))):
            letters = [(re.A, "a")] if not PY2 else []
            letters += [(re.I, "i"), (re.L, "L"), (re.M, "m"), (re.S, "s"), (re.X, "x")]
            flags = "".join([letter for bit, letter in letters if value.flags & bit])
            return tag("regex", self.list([value.pattern, flags]))
        if cls is time.struct_time:
            names = "tm_year tm_mon tm_mday tm_hour tm_min tm_sec tm_wday tm_yday tm_isdst".split()
            fields = collections.OrderedDict(zip(names, tuple(value)))
            if not PY2:
                fields["tm_zone"], fields["tm_gmtoff"] = value.tm_zone, value.tm_gmtoff
            return self.object("time.struct_time", fields=fields)
        if cls is array.array:
            return self.object("array.array", args=[value.typecode], items=value.tolist())
        if not PY2:
            return self.python3(value, cls)
        if isinstance(value, Old):
            return self.object("__main__.Old", fields=value.__dict__)
        raise TypeError(cls)

    def python3(self, value, cls):
        if cls is datetime.timezone or hasattr(value, "key"):
            return tag("timezone", quoted(value.key if hasattr(value, "key") else zone_text(value)))
        if isinstance(value, enum.Enum):
            return self.object(class_name(cls), args=[value.value])
        if cls is range:
            return self.object("builtins.range", args=[value.start, value.stop, value.step])
        if isinstance(value, (ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network)):
            return tag("ip", quoted(str(value)))
        if isinstance(value, pathlib.PurePath):
            return tag("path", quoted(str(value)))
        if cls is types.SimpleNamespace:
            return self.object("types.SimpleNamespace", fields=value.__dict__)
        if cls is collections.ChainMap:
            return self.object("collections.ChainMap", fields={"maps": value.maps})
        if sys.version_info >= (3, 7) and cls is Item:
            return self.object(class_name(cls), fields=value.__dict__)
        raise TypeError(cls)


# Cases


def session():
    return {
        "_permanent": True,
        "_flashes": [("message", "Willkommen, J\u00fcrgen"), ("error", "<b>no</b>")],
        "user_id": 4711,
        "csrf_token": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "cart": [{"sku": "A-1", "price": 9.5, "count": 2}, {"sku": "B-2", "price": 1e-07, "count": 0}],
        "seen": datetime.datetime(2026, 1, 2, 3, 4, 5, 678901),
    }


def shared():
    inner = ["x", ["y"]]
    return [inner, inner, {"again": inner}]


def cycle():
    root = [1]
    root.append({"root": root})
    return root


def tuple_cycle():
    inner = []
    root = (inner, "t")
    inner.append(root)
    return root


def object_cycle():
    user = User(name="loop")
    user.friends = [user]
    return user


def slots():
    value = Slots()
    value.x, value.y = 1, [2]
    return value


def deep(depth):
    value = "bottom"
    for level in range(depth):
        value = [value] if level % 2 else (value,)
    return value


def cases():
    yield "session", session()
    yield "constants", [None, True, False, "", (), [], {}]
    yield "integers", [0, 1, -1, 255, 256, 65535, 65536, -2147483648, 2147483647, 2147483648, 2**63 - 1, -(2**63)]
    yield "big integers", [2**63, -(2**63) - 1, 2**64, 10**40, -(10**40), 2**2031, -(2**2040), 3**1300]
    yield "floats", [0.0, -0.0, 1.0, 0.1, 1e16, 1e-05, 1.7976931348623157e308, 2.5, float("inf"), float("-inf"), float("nan")]
    yield "text", ["plain", "quote\" back\\slash", "tab\tnl\nnul\x00esc\x1b", "\u00e9\u20ac\U0001f600", "\u202e\u2066\x9b", "\\u0041", "a\rb\x1ac", "x" * 300]
    yield "bytes", [b"", b"\x00\xff", bytes(bytearray(range(256))), b"y" * 300]
    yield "bytearray", bytearray(b"\x00ab\xff")
    yield "tuples", [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((1,), ((),))]
    yield "sets", [set(), {1}, {"a"}, frozenset(), frozenset([7])]
    yield "keys", {1: "int", (1, "t"): "tuple", None: "none"}
    yield "dollar", {"$ref": 1}
    yield "nested", deep(60)
    yield "datetimes", [
        datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999),
        datetime.datetime(2026, 10, 25, 2, 30), datetime.date(2024, 2, 29), datetime.time(10, 30),
        datetime.time(23, 59, 59, 1),
    ]
    yield "timedeltas", [
        datetime.timedelta(0), datetime.timedelta(days=1, hours=2), datetime.timedelta(seconds=-1),
        datetime.timedelta(microseconds=1500), datetime.timedelta(days=-3, minutes=7), datetime.timedelta.max,
        datetime.timedelta.min,
    ]
    yield "decimals", [decimal.Decimal("1.10"), decimal.Decimal("NaN"), decimal.Decimal("-Infinity"), decimal.Decimal("1E+30")]
    yield "fractions", fractions.Fraction(-1, 3)
    yield "uuids", [uuid.UUID("12345678-1234-5678-1234-567812345678"), uuid.UUID(int=1)]
    yield "ordered dict", collections.OrderedDict([("b", 1), ("a", [2])])
    yield "counter", collections.Counter({"a": 3})
    yield "defaultdict", collections.defaultdict(list, {"k": [1]})
    yield "deques", [collections.deque([1, 2]), collections.deque([3], 5), collections.deque()]
    yield "complex", complex(1.5, -2.0)
    yield "types", [int, dict, User, ValueError]
    yield "user", User(name="Ann", id=7, tags=["a"])
    yield "empty user", User()
    yield "slots", slots()
    yield "list subclass", Names(["a", "b"])
    yield "dict subclass", Settings(k="v")
    yield "text subclass", Word("w\u00f6rd")
    yield "state", [Tagged(5), Tagged("s"), Tagged([1, 2]), Tagged((1, 2, 3))]
    yield "arguments", WithArguments(1, "two", [3])
    yield "named tuple", Point(1, "y")
    yield "exceptions", [ValueError("bad", 3), KeyError("k")]
    yield "regex", [re.compile("a+", re.I | re.M), re.compile("b")]
    yield "shared", shared()
    yield "cycle", cycle()
    yield "tuple cycle", tuple_cycle()
    yield "object cycle", object_cycle()
    yield "struct_time", time.gmtime(0)
    if PY2:
        yield "old-style object", Old()
        yield "python 2 text", [b"ascii", b"gr\xc3\xbcn", b"latin \xe9", b"it's", b"\"'\\\n", long(5)]  # noqa: F821
        return
    yield "arrays", [array.array("i", [1, -2]), array.array("d", [0.5]), array.array("B", [255])]
    yield "surrogates", ["\ud800", "a\udfffb"]
    yield "zones", [
        datetime.timezone.utc,
        datetime.timezone(datetime.timedelta(hours=-3, minutes=-30)),
        datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
        datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=45))),
        datetime.time(1, 2, 3, tzinfo=datetime.timezone.utc),
    ]
    yield "fold", [datetime.datetime(2026, 10, 25, 2, 30, fold=1), datetime.time(2, 30, fold=1)]
    yield "enums", [Color.RED, Level.HIGH]
    yield "ranges", range(0, 10, 2)
    yield "addresses", [
        ipaddress.ip_address("10.1.2.3"), ipaddress.ip_address("2001:db8::1"), ipaddress.ip_address("::"),
        ipaddress.ip_address("1:0:0:2:0:0:0:3"), ipaddress.ip_network("10.0.0.0/8"),
    ]
    yield "paths", [pathlib.PurePosixPath("/var/lib/x"), pathlib.PurePosixPath("a/b"), pathlib.PureWindowsPath("C:\\a\\b")]
    yield "namespace", types.SimpleNamespace(a=1, b="x")
    yield "chain map", collections.ChainMap({"a": 1}, {"b": 2})
    yield "none type", type(None)
    if sys.version_info >= (3, 7):
        yield "dataclass", Item("A-1", 2)
    if sys.version_info >= (3, 9):
        try:
            import zoneinfo

            zone = zoneinfo.ZoneInfo("Europe/Berlin")
        except Exception:
            return
        yield "zoneinfo", [zone, datetime.datetime(2026, 7, 1, 12, tzinfo=zone), datetime.datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=1)]


def known(folder, path):
    """Payloads that other versions have written."""
    payloads = set()
    for name in os.listdir(folder):
        if name.endswith(".jsonl") and os.path.join(folder, name) != path:
            with open(os.path.join(folder, name)) as lines:
                payloads.update([json.loads(line)["payload"] for line in lines])
    return payloads


def main(folder):
    modules = [pickle]
    if PY2:
        import cPickle

        modules.append(cPickle)
    for module in modules:
        prefix = "cpython" if module is pickle else "cpickle"
        path = os.path.join(folder, "%s-%s.jsonl" % (prefix, platform.python_version()))
        earlier = known(folder, path)
        with open(path, "wb") as output:
            for name, value in cases():
                last = None
                for protocol in range(module.HIGHEST_PROTOCOL + 1):
                    try:
                        payload = module.dumps(value, protocol)
                    except Exception as error:
                        print("%s, protocol %d: %s" % (name, protocol, error))
                        continue
                    encoded = base64.b64encode(payload).decode()
                    if payload == last or encoded in earlier:
                        continue
                    last = payload
                    line = {
                        "name": name,
                        "protocol": protocol,
                        "payload": encoded,
                        "typed": Writer(value, protocol).write(value),
                    }
                    output.write(json.dumps(line, sort_keys=True).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
