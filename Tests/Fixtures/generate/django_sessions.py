# coding: utf-8
"""Writes Tests/Fixtures/django: what real Django and the caches under it leave in a real Redis after a login.

    python django_sessions.py SOCKET FOLDER

SOCKET is the Unix socket of a redis-server of one's own, whose database 0 is emptied. Run once in each
virtual environment that generate/python_stores.sh makes; runs on Python 2.7 and 3.
"""
import datetime
import decimal
import json
import pickle
import sys
import time

import django
import redis
from django.conf import settings

import flask_values as values
from stores import Stores

SOCKET, FOLDER = sys.argv[1:]
# The same fixtures on every day.
time.time = lambda: float(values.NOW)
SESSION_KEY = "p3k7x0q9m2v5b8n1c4z6l0j3h7g2f5d8"
CACHE = "django.contrib.sessions.backends.cache"
NAMES = {
    CACHE: "Django cache sessions",
    "django.contrib.sessions.backends.cached_db": "Django cached_db sessions",
    "qsessions.backends.cached_db": "django-qsessions",
}
COMPRESSORS = ["zlib", "gzip", "lzma", "lz4", "zstd"]
LABELS = {"lzma": "xz", "lz4": "lz4"}

try:
    import django_redis
    DJANGO_REDIS = ".".join(str(part) for part in django_redis.VERSION[:2])
except ImportError:
    django_redis = None
try:
    import redis_sessions
except ImportError:
    redis_sessions = None
try:
    import qsessions
except ImportError:
    qsessions = None


def redis_cache(**options):
    return {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "unix://" + SOCKET + "?db=0",
            "OPTIONS": options}


def caches():
    found = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    if django.VERSION >= (4, 0):
        found["native"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache",
                           "LOCATION": "unix://" + SOCKET + "?db=0"}
        found["native-prefix"] = dict(found["native"], KEY_PREFIX="shop", VERSION=2)
    found["pickle"] = redis_cache()
    for name in ["json", "msgpack"]:
        serializer = "django_redis.serializers.%s.%sSerializer" % (
            name, {"json": "JSON", "msgpack": "MSGPack"}[name])
        found[name] = redis_cache(SERIALIZER=serializer)
        for compressor in COMPRESSORS:
            found[name + "-" + compressor] = redis_cache(
                SERIALIZER=serializer, COMPRESSOR=compressor_class(compressor))
    for compressor in COMPRESSORS + ["identity"]:
        found["pickle-" + compressor] = redis_cache(COMPRESSOR=compressor_class(compressor))
    found["herd"] = redis_cache(CLIENT_CLASS="django_redis.client.HerdClient")
    found["herd-zlib"] = redis_cache(
        CLIENT_CLASS="django_redis.client.HerdClient", COMPRESSOR=compressor_class("zlib"))
    return found


def compressor_class(name):
    title = {"zstd": "ZStd"}.get(name, name.capitalize())
    return "django_redis.compressors.%s.%sCompressor" % (name, title)


settings.configure(
    SECRET_KEY=values.SECRET, CACHES=caches(), USE_TZ=True, LANGUAGE_CODE="en",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                    "django.contrib.messages"] + (["qsessions"] if qsessions else []),
    MESSAGE_STORAGE="django.contrib.messages.storage.session.SessionStorage",
    SESSION_REDIS={"unix_domain_socket_path": SOCKET, "db": 0},
    SESSION_REDIS_UNIX_DOMAIN_SOCKET_PATH=SOCKET)
django.setup()

from django.contrib import auth, messages  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

call_command("migrate", verbosity=0)
USER = auth.get_user_model().objects.create(
    id=42, username="ada", password="md5$salt$3b2f0ad2bb6cb0bb1f1d22d7b1f2e1a0")
USER.backend = "django.contrib.auth.backends.ModelBackend"


def visited(store, plain):
    """A session after a login, with a cart and two messages; `plain` when it must be what JSON can say."""
    request = RequestFactory().get("/")
    # The id of a session is random; a fixed one gives the same fixture each time.
    store._get_new_session_key = lambda: SESSION_KEY
    request.session = store
    request.user = USER
    auth.login(request, USER)
    request.session["_language"] = "de"
    request.session["cart"] = [{"sku": "TEA-0042", "title": u"Grüner Tee 緑茶", "qty": 2}]
    if not plain:
        request.session["total"] = decimal.Decimal("25.80")
        request.session["first_visit"] = datetime.datetime(2023, 11, 14, 22, 13, 20)
        request.session["coupons"] = set(["WELCOME10"])
    request.session.set_expiry(3600)
    storage = import_string(settings.MESSAGE_STORAGE)(request)
    request._messages = storage
    messages.success(request, u"Willkommen zurück, Ada!")
    messages.warning(request, "Your cart was saved.")
    storage.update(type("Response", (), {"cookies": {}})())
    request.session.save()
    return dict(request.session.items())


def main():
    stores = Stores(FOLDER, redis.Redis(unix_socket_path=SOCKET))
    stores.redis.flushdb()
    version = "%d.%d" % django.VERSION[:2]
    python = "Python %d.%d" % sys.version_info[:2]

    def session(engine, alias, plain=False, **more):
        with override_settings(SESSION_CACHE_ALIAS=alias, **more):
            return visited(import_string(engine + ".SessionStore")(), plain)

    def cached(alias, serializer, compressor, library, engine=CACHE):
        plain = serializer != "pickle" or engine != CACHE
        name = "django-%s-%s" % (version, alias)
        if library != "Django":
            name = "django-%s-redis-%s-%s" % (version, DJANGO_REDIS, alias)
        if engine != CACHE:
            name += "-" + ("qsessions" if engine.startswith("qsessions") else "cached_db")
        try:
            held = session(engine, alias, plain)
        except ImportError as error:
            print("%s: %s" % (name, error))
            stores.redis.flushdb()
            return
        expected = values.typed(json.loads(json.dumps(held)) if plain else held)
        chain = serializer
        if serializer == "pickle":
            # django-redis took the highest protocol until 5.1.
            highest = library == "Django" or django_redis.VERSION < (5, 2)
            chain += " %d" % (pickle.HIGHEST_PROTOCOL if highest else pickle.DEFAULT_PROTOCOL)
        if alias.startswith("herd"):
            # (Marker(), the session, when it is to be renewed)
            client = import_string("django.core.cache.caches")[alias].client
            expires = client.decode(stores.redis.get(stores.redis.keys("*")[0]))[2]
            marker = {"$object": {"class": "django_redis.client.herd.Marker"}}
            expected = {"$tuple": [marker, expected, expires]}
        if compressor != "none":
            chain = LABELS.get(compressor, compressor) + " > " + chain
        stores.stored(
            name, "bin", expected, framework="Django", chain=chain, serializer=serializer,
            compressor=compressor,
            store=NAMES[engine] + (", HerdClient" if alias.startswith("herd") else ""),
            version=", ".join(["Django " + version] + (
                ["django-redis " + DJANGO_REDIS] if library != "Django" else []) + [python]))

    def encoded(serializer, **more):
        """What SessionBase.encode makes, which django-redis-sessions stores."""
        name = "django-%s-redis-sessions-%s" % (version, serializer.lower())
        held = session("redis_sessions.session", "default", serializer == "JSON", **more)
        expected = values.typed(json.loads(json.dumps(held)) if serializer == "JSON" else held)
        layer = "Django session" if django.VERSION < (3, 1) else "Django signed"
        if serializer == "pickle":
            serializer += " %d" % pickle.HIGHEST_PROTOCOL
        stores.stored(
            name, "bin", expected, framework="Django", chain=layer + " > " + serializer,
            serializer=serializer.split()[0], store="django-redis-sessions", secrets=[values.SECRET],
            version="Django %s, django-redis-sessions 0.6.2, %s" % (version, python))

    if "native" in settings.CACHES:
        cached("native", "pickle", "none", "Django")
        cached("native-prefix", "pickle", "none", "Django")
        cached("native", "pickle", "none", "Django", "django.contrib.sessions.backends.cached_db")
        if qsessions:
            cached("native", "pickle", "none", "Django", "qsessions.backends.cached_db")
    if django_redis:
        for alias in ["pickle", "json", "msgpack"]:
            serializer = {"msgpack": "MessagePack", "json": "JSON"}.get(alias, alias)
            cached(alias, serializer, "none", "django-redis")
        for compressor in COMPRESSORS:
            cached("pickle-" + compressor, "pickle", compressor, "django-redis")
            if django.VERSION >= (5, 0):
                cached("json-" + compressor, "JSON", compressor, "django-redis")
                cached("msgpack-" + compressor, "MessagePack", compressor, "django-redis")
        cached("pickle-identity", "pickle", "none", "django-redis")
        if qsessions and "native" not in settings.CACHES:
            cached("pickle", "pickle", "none", "django-redis", "qsessions.backends.cached_db")
        cached("herd", "pickle", "none", "django-redis")
        cached("herd-zlib", "pickle", "zlib", "django-redis")
    if redis_sessions:
        encoded("JSON")
        if django.VERSION < (5, 0):
            encoded("pickle", SESSION_SERIALIZER="django.contrib.sessions.serializers.PickleSerializer")
    stores.close()


main()
