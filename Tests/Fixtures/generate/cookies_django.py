"""Prints cookies and session texts of the Django that is installed. python cookies_django.py"""
from cookies_common import NOW, SECRET, SESSION, emit

import django
from django.conf import settings

settings.configure(SECRET_KEY=SECRET, USE_TZ=False, INSTALLED_APPS=["django.contrib.sessions"],
                   SESSION_SERIALIZER="django.contrib.sessions.serializers.JSONSerializer")
django.setup()
from django.contrib.sessions.backends import cache, signed_cookies
from django.core import signing
from django.http import HttpResponse

VERSION = django.get_version()
SHORT = ".".join(VERSION.split(".")[:2])
IS_LEGACY = django.VERSION < (3, 1)


def name(kind):
    return "django-%s-%s" % (SHORT, kind)


def dumps(kind, value, serializer, store="Django session", chain=None):
    emit(name(kind), value, store, VERSION, serializer,
         chain or ("Django session > " if IS_LEGACY else "Django signed > ") + serializer,
         cookie="sessionid")


long_session = dict(SESSION, bio="the same words, " * 30)
# The cache and db backends name their class alike.
store = cache.SessionStore("x" * 32)
dumps("session", store.encode(SESSION), "JSON")
if django.VERSION < (5, 0):
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"
    text = cache.SessionStore("x" * 32).encode(SESSION)
    protocol = {"1.11": 4, "2.2": 5, "3.2": 5, "4.2": 5}[SHORT]
    dumps("session-pickle", text, "pickle %d" % protocol)
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"

signed = signed_cookies.SessionStore()
signed.update(SESSION)
emit(name("signed-cookies"), signed._get_session_key(), "Django signed_cookies", VERSION, "JSON",
     "Django signed > JSON", cookie="sessionid")
emit(name("dumps-zlib"), signing.dumps(long_session, compress=True), "Django signing.dumps", VERSION,
     "JSON", "Django signed > JSON", json_value=long_session)
response = HttpResponse()
response.set_signed_cookie("lang", "de-AT; q=1", salt="")
emit(name("set-signed-cookie"), response.cookies["lang"].value, "Django set_signed_cookie", VERSION,
     "text", "Django signed > text", cookie="lang", json_value="de-AT; q=1")
response.set_signed_cookie("cart", "TEA-0042", salt="the salt of the shop")
emit(name("salted-cookie"), response.cookies["cart"].value, "Django set_signed_cookie", VERSION,
     "text", "Django signed > text", cookie="cart", secrets=[SECRET, "the salt of the shop"],
     json_value="TEA-0042")
