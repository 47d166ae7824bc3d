"""Writes pickles of classes of well-known packages, each with the typed JSON that is expected of it.

    pip install django werkzeug markupsafe numpy pytz python-dateutil pydantic pendulum
    python pickle_packages.py OUTPUT-FOLDER

The lines are those of pickle_cases.py. The expectations are written by hand.
"""
import base64
import datetime
import importlib.metadata
import json
import os
import pickle
import platform
import sys
import zoneinfo

import dateutil.tz
import django
import markupsafe
import numpy
import pendulum
import pydantic
import pytz
import werkzeug.datastructures as datastructures
from django.conf import settings

settings.configure(USE_I18N=False, INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"])
django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.contrib.messages.storage.base import Message  # noqa: E402
from django.utils.functional import SimpleLazyObject  # noqa: E402
from django.utils.safestring import mark_safe  # noqa: E402
from django.utils.translation import gettext_lazy  # noqa: E402


class Account(pydantic.BaseModel):
    name: str
    id: int = 0


def text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tag(name, value):
    return {"$" + name: value}


def thing(name, **parts):
    return {"$object": dict({"class": name}, **parts)}


NOON = (2026, 7, 1, 12, 0, 0)
STRUCTURES = "werkzeug.datastructures.structures."


def array(shape, dtype, items, **more):
    return thing("numpy.ndarray", fields=dict({"shape": tag("tuple", shape), "dtype": dtype}, **more), items=items)


def cases():
    yield "markup", markupsafe.Markup("<b>&</b>"), tag("html", "<b>&</b>")
    yield "safe string", mark_safe("<i>x</i>"), tag("html", "<i>x</i>")
    yield (
        "immutable multi dict",
        datastructures.ImmutableMultiDict([("a", "1"), ("a", "2")]),
        thing(STRUCTURES + "ImmutableMultiDict", args=[[tag("tuple", ["a", "1"]), tag("tuple", ["a", "2"])]]),
    )
    yield (
        "immutable dict",
        datastructures.ImmutableDict(a=1),
        thing(STRUCTURES + "ImmutableDict", args=[{"a": 1}]),
    )
    yield (
        "headers",
        datastructures.Headers([("X-A", "1")]),
        thing("werkzeug.datastructures.headers.Headers", fields={"_list": [tag("tuple", ["X-A", "1"])]}),
    )
    yield "pytz utc", datetime.datetime(*NOON, tzinfo=pytz.utc), tag("datetime", "2026-07-01T12:00:00+00:00")
    yield (
        "pytz summer",
        pytz.timezone("Europe/Berlin").localize(datetime.datetime(*NOON)),
        tag("datetime", "2026-07-01T12:00:00+02:00[Europe/Berlin]"),
    )
    yield (
        "pytz fixed",
        datetime.datetime(*NOON, tzinfo=pytz.FixedOffset(-90)),
        tag("datetime", "2026-07-01T12:00:00-01:30"),
    )
    yield (
        "dateutil utc",
        datetime.datetime(*NOON, tzinfo=dateutil.tz.tzutc()),
        tag("datetime", "2026-07-01T12:00:00+00:00"),
    )
    yield (
        "dateutil offset",
        datetime.datetime(*NOON, tzinfo=dateutil.tz.tzoffset("IST", 19800)),
        tag("datetime", "2026-07-01T12:00:00+05:30[IST]"),
    )
    yield (
        "dateutil file",
        datetime.datetime(*NOON, tzinfo=dateutil.tz.gettz("Asia/Tokyo")),
        tag("datetime", "2026-07-01T12:00:00[Asia/Tokyo]"),
    )
    yield "dateutil local", dateutil.tz.tzlocal(), tag("timezone", "local")
    yield (
        "zoneinfo",
        datetime.datetime(*NOON, tzinfo=zoneinfo.ZoneInfo("Asia/Tokyo")),
        tag("datetime", "2026-07-01T12:00:00[Asia/Tokyo]"),
    )
    yield (
        "pendulum",
        pendulum.datetime(2026, 7, 1, 12, tz="Europe/Paris"),
        tag("datetime", "2026-07-01T12:00:00[Europe/Paris]"),
    )
    yield "numpy integer", numpy.int64(-5), -5
    yield "numpy unsigned", numpy.uint64(2**64 - 1), 2**64 - 1
    yield "numpy float", numpy.float32(0.5), 0.5
    yield "numpy bool", numpy.bool_(True), True
    yield "numpy date", numpy.datetime64("2024-02-29"), tag("date", "2024-02-29")
    yield (
        "numpy time",
        numpy.datetime64("1969-12-31T23:59:59.500"),
        tag("datetime", "1969-12-31T23:59:59.5"),
    )
    yield (
        "numpy array",
        numpy.array([[1, 2], [3, 4]], dtype="<i4"),
        array([2, 2], "i4", [1, 2, 3, 4]),
    )
    yield "numpy big-endian", numpy.array([1.5], dtype=">f8"), array([1], "f8", [1.5])
    yield (
        "numpy fortran",
        numpy.asfortranarray(numpy.array([[1, 2], [3, 4]], dtype="u1")),
        array([2, 2], "u1", [1, 3, 2, 4], order="F"),
    )
    yield "numpy objects", numpy.array([None, "x"], dtype=object), array([2], "O8", [None, "x"])
    yield (
        "pydantic",
        Account(name="Ann"),
        thing(
            "__main__.Account",
            fields={
                "__dict__": {"name": "Ann", "id": 0},
                "__pydantic_extra__": None,
                "__pydantic_fields_set__": tag("set", ["name"]),
                "__pydantic_private__": None,
            },
        ),
    )
    yield (
        "django lazy",
        gettext_lazy("Hello"),
        thing("django.utils.translation.gettext", args=["Hello"]),
    )
    yield "django lazy object", SimpleLazyObject(lambda: [1]), [1]
    yield (
        "django model",
        Group(id=7, name="staff"),
        thing(
            "auth.Group",
            fields={
                "_state": thing("django.db.models.base.ModelState", fields={"fields_cache": {}}),
                "id": 7,
                "name": "staff",
                "_django_version": django.__version__,
            },
        ),
    )
    yield (
        "django message",
        Message(20, "saved", extra_tags="x"),
        thing(
            "django.contrib.messages.storage.base.Message",
            fields={"level": 20, "message": "saved", "extra_tags": "x"},
        ),
    )


def main(folder):
    path = os.path.join(folder, "packages-cpython-%s.jsonl" % platform.python_version())
    with open(path, "w") as output:
        for name, value, expected in cases():
            last = None
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                try:
                    payload = pickle.dumps(value, protocol)
                except Exception as error:
                    print("%s, protocol %d: %s" % (name, protocol, error))
                    continue
                if payload == last:
                    continue
                last = payload
                line = {
                    "name": name,
                    "protocol": protocol,
                    "payload": base64.b64encode(payload).decode(),
                    "typed": text(expected),
                }
                output.write(json.dumps(line, sort_keys=True) + "\n")
    packages = "django markupsafe numpy pendulum pydantic python-dateutil pytz werkzeug".split()
    with open(os.path.join(folder, "packages.txt"), "w") as output:
        for package in packages:
            output.write("%s %s\n" % (package, importlib.metadata.version(package)))


if __name__ == "__main__":
    main(sys.argv[1])
