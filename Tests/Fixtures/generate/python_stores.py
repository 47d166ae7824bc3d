# coding: utf-8
"""Writes Tests/Fixtures/python: what real session libraries for Python leave in a real Redis after a login.

    python python_stores.py SOCKET FOLDER NAME...

SOCKET is the Unix socket of a redis-server of one's own, whose database 0 is emptied. The NAMEs are those of functions
below; each is run in a virtual environment that generate/python_stores.sh makes. Python 3.
"""
import asyncio
import base64
import datetime
import decimal
import hashlib
import json
import os
import pickle
import secrets
import sys
import time
import types
import uuid

import redis

import flask_values as values
from stores import Stores

try:
    from importlib.metadata import version
except ImportError:
    from importlib_metadata import version

SOCKET, FOLDER, *NAMES = sys.argv[1:]
STORES = Stores(FOLDER, redis.Redis(unix_socket_path=SOCKET))
PYTHON = "Python %d.%d" % sys.version_info[:2]
# The same ids and times on each day.
UUID = uuid.UUID("5f0c1d2e-3b4a-4c5d-8e6f-7a8b9c0d1e2f")
uuid.uuid4 = lambda: UUID
secrets.token_hex = lambda count=32: (hashlib.sha256(b"sesscli").hexdigest() * 2)[:2 * count]
secrets.token_urlsafe = lambda count=32: base64.urlsafe_b64encode(
    hashlib.sha512(b"sesscli").digest()[:count]).decode("ascii").rstrip("=")
os.urandom = lambda count: bytes(range(count))
time.time = lambda: float(values.NOW)

PLAIN = {"user_id": 42, "cart": [{"sku": "TEA-0042", "title": "Grüner Tee 緑茶", "qty": 2}], "newsletter": None}
RICH = dict(PLAIN, total=decimal.Decimal("25.80"), first_visit=datetime.datetime(2023, 11, 14, 22, 13, 20),
            coupons={"WELCOME10"})


def line(store, serializer, *packages, **more):
    names = ["%s %s" % (name, version(package)) for name, package in packages]
    return dict(more, store=store, serializer=serializer, version=", ".join(names + [PYTHON]))


def socket_redis(**options):
    import redis.asyncio
    return redis.asyncio.Redis(unix_socket_path=SOCKET, **options)


# MARK: ASGI and asyncio

def starsessions():
    import starlette.applications
    import starlette.responses
    import starlette.routing
    import starlette.testclient
    from starsessions import SessionAutoloadMiddleware, SessionMiddleware
    from starsessions.stores.redis import RedisStore

    async def visit(request):
        request.session.update(PLAIN)
        return starlette.responses.PlainTextResponse("ok")

    app = starlette.applications.Starlette(routes=[starlette.routing.Route("/", visit)])
    app.add_middleware(SessionAutoloadMiddleware)
    app.add_middleware(SessionMiddleware, store=RedisStore(connection=socket_redis()), lifetime=3600, rolling=True,
                       cookie_https_only=False)
    starlette.testclient.TestClient(app).get("/")
    metadata = {"lifetime": 3600, "created": float(values.NOW), "last_access": float(values.NOW)}
    STORES.stored("starsessions", "json", dict(PLAIN, __metadata__=metadata), framework="starsessions", chain="JSON",
                  **line("starsessions", "JSON", ("starsessions", "starsessions"), ("Starlette", "starlette")))


def aiohttp_session():
    from aiohttp import web
    from aiohttp.test_utils import TestClient, TestServer
    from aiohttp_session import get_session, setup
    from aiohttp_session.redis_storage import RedisStorage

    async def visit(request):
        (await get_session(request)).update(PLAIN)
        return web.Response(text="ok")

    async def run():
        app = web.Application()
        setup(app, RedisStorage(socket_redis(), max_age=3600))
        app.router.add_get("/", visit)
        async with TestClient(TestServer(app)) as client:
            await client.get("/")

    asyncio.run(run())
    STORES.stored("aiohttp-session", "json", {"created": values.NOW, "session": PLAIN}, framework="aiohttp-session",
                  chain="JSON", **line("aiohttp-session", "JSON", ("aiohttp-session", "aiohttp-session")))


def sanic_session():
    # The Redis client that it names does not run on this Python; the one given has the same commands.
    sys.modules["asyncio_redis"] = types.ModuleType("asyncio_redis")
    from sanic_session.redis import RedisSessionInterface

    class Cookies(dict):
        def __setitem__(self, name, value):
            dict.__setitem__(self, name, value if isinstance(value, dict) else {"value": value})

    async def run():
        client = socket_redis()

        async def getter():
            return client
        interface = RedisSessionInterface(getter)
        request = types.SimpleNamespace(ctx=types.SimpleNamespace(), cookies={})
        await interface.open(request)
        request.ctx.session.update(PLAIN)
        await interface.save(request, types.SimpleNamespace(cookies=Cookies()))

    asyncio.run(run())
    STORES.stored("sanic-session", "json", PLAIN, chain="JSON", framework="sanic-session",
                  **line("sanic-session", "JSON", ("sanic-session", "sanic-session")))


def litestar():
    from litestar import Litestar, get
    from litestar.connection import Request
    from litestar.middleware.session.server_side import ServerSideSessionConfig
    from litestar.stores.redis import RedisStore
    from litestar.testing import TestClient

    for namespace in [None, "sessions"]:
        @get("/")
        async def visit(request: Request) -> str:
            request.set_session(dict(PLAIN))
            return "ok"

        store = RedisStore(socket_redis())
        if namespace:
            store = store.with_namespace(namespace)
        config = ServerSideSessionConfig(max_age=3600)
        app = Litestar([visit], middleware=[config.middleware], stores={"sessions": store})
        with TestClient(app) as client:
            client.get("/")
        STORES.stored("litestar-" + (namespace or "plain"), "json", PLAIN, framework="Litestar", chain="JSON",
                      **line("Litestar", "JSON", ("Litestar", "litestar")))


def quart_session():
    import quart
    import quart_session

    async def run():
        app = quart.Quart("shop")
        app.config.update(SESSION_TYPE="redis", SESSION_URI="unix://" + SOCKET, SECRET_KEY=values.SECRET)
        quart_session.Session(app)

        @app.route("/")
        async def visit():
            quart.session.update(PLAIN, pair=("EUR", 1.0))
            return "ok"
        async with app.test_app():
            await app.test_client().get("/")

    asyncio.run(run())
    held = STORES.redis.get(STORES.redis.keys("*")[0])
    address = json.loads(held)["_addr"]
    expected = dict(PLAIN, pair={"$tuple": ["EUR", 1.0]}, _permanent=True, _addr=address)
    STORES.stored("quart-session-" + version("quart-session"), "json", expected, framework="Quart-Session", chain="tagged JSON",
                  **line("Quart-Session", "tagged JSON", ("Quart-Session", "quart-session"), ("Quart", "quart")))


# MARK: WSGI

def flask_kvsession():
    import flask
    import flask_kvsession
    import simplekv.memory.redisstore
    app = flask.Flask("shop")
    app.secret_key = values.SECRET
    # 64 random bits and the time make the key.
    app.config["SESSION_RANDOM_SOURCE"] = types.SimpleNamespace(getrandbits=lambda bits: 0xC0FFEE0123456789)
    flask_kvsession.KVSessionExtension(simplekv.memory.redisstore.RedisStore(STORES.redis), app)

    @app.route("/")
    def visit():
        flask.session.permanent = True
        flask.session.update(RICH)
        flask.flash("Willkommen zurück, Ada!")
        return "ok"

    assert app.test_client().get("/").data == b"ok"
    expected = values.typed(dict(RICH, _permanent=True, _flashes=[("message", "Willkommen zurück, Ada!")]))
    STORES.stored("flask-kvsession", "pickle", expected, framework="Flask-KVSession",
                  chain="pickle %d" % pickle.DEFAULT_PROTOCOL,
                  **line("Flask-KVSession", "pickle", ("Flask-KVSession", "flask-kvsession"), ("Flask", "flask")))


def flask_sessionstore():
    import flask
    import flask_sessionstore
    app = flask.Flask("shop")
    app.config.update(SECRET_KEY=values.SECRET, SESSION_TYPE="redis", SESSION_REDIS=STORES.redis)
    flask_sessionstore.Session(app)

    @app.route("/")
    def visit():
        flask.session.update(PLAIN, pair=("EUR", 1.0))
        return "ok"

    assert app.test_client().get("/").data == b"ok"
    expected = dict(PLAIN, pair={"$tuple": ["EUR", 1.0]}, _permanent=True)
    STORES.stored("flask-sessionstore", "json", expected, framework="Flask-Sessionstore", chain="tagged JSON",
                  **line("Flask-Sessionstore", "tagged JSON", ("Flask-Sessionstore", "flask-sessionstore"), ("Flask", "flask")))


def ckan():
    """CKAN 2.11 gives Flask-Session a serializer of its own, by Flask's tagged JSON."""
    import flask
    import flask.json.tag
    import flask_session
    app = flask.Flask("shop")
    app.config.update(SECRET_KEY=values.SECRET, SESSION_TYPE="redis", SESSION_REDIS=STORES.redis)
    flask_session.Session(app)
    tagged = flask.json.tag.TaggedJSONSerializer()
    app.session_interface.serializer = types.SimpleNamespace(
        encode=lambda session: tagged.dumps(dict(session)).encode(),
        decode=lambda data: tagged.loads(data.decode()))

    @app.route("/")
    def visit():
        flask.session.update(_user_id="5f0c1d2e", last_active=datetime.datetime(2023, 11, 14, 22, 13, 20), pair=("a", 1))
        return "ok"

    assert app.test_client().get("/").data == b"ok"
    expected = {"_permanent": True, "_user_id": "5f0c1d2e", "last_active": {"$datetime": "2023-11-14T22:13:20Z"},
                "pair": {"$tuple": ["a", 1]}}
    STORES.stored("ckan", "json", expected, framework="Flask-Sessionstore or CKAN", chain="tagged JSON",
                  **line("CKAN's serializer", "tagged JSON", ("Flask-Session", "flask-session"), ("Flask", "flask"),
                         made="specification"))


def beaker():
    from beaker.middleware import SessionMiddleware

    for serializer in ["pickle", "json"]:
        held = dict(RICH if serializer == "pickle" else PLAIN)

        def app(environ, start_response):
            session = environ["beaker.session"]
            session.update(held)
            session.save()
            start_response("200 OK", [])
            return [b"ok"]

        wrapped = SessionMiddleware(app, {
            "session.type": "ext:redis", "session.url": "unix://" + SOCKET, "session.secret": values.SECRET,
            "session.timeout": 3600, "session.data_serializer": serializer})
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
        list(wrapped(environ, lambda status, headers, info=None: None))
        held.update(_domain=None, _path="/", _accessed_time=float(values.NOW), _creation_time=float(values.NOW))
        outer = "pickle %d" % pickle.DEFAULT_PROTOCOL
        inner = "pickle 2" if serializer == "pickle" else "zlib > JSON"
        STORES.stored("beaker-" + serializer, "pickle", values.typed(held), framework="Beaker",
                      chain=outer + " > base64 > " + inner,
                      **line("Beaker", "JSON" if serializer == "json" else serializer, ("Beaker", "beaker"),
                             compressor="none" if serializer == "pickle" else "zlib"))


def pyramid_redis():
    from pyramid import testing
    try:
        import pyramid_session_redis as package
        options = {"redis_unix_socket_path": SOCKET}
        name, store = "pyramid-session-redis", "pyramid_session_redis"
    except ImportError:
        import pyramid_redis_sessions as package
        options = {"unix_socket_path": SOCKET}
        name, store = "pyramid-redis-sessions", "pyramid_redis_sessions"
    factory = package.RedisSessionFactory(values.SECRET, timeout=1200, **options)
    request = testing.DummyRequest()
    request.registry = types.SimpleNamespace(settings={})
    finished = []
    request.add_finished_callback = finished.append
    request.add_response_callback = finished.append
    session = factory(request)
    session.update(RICH)
    session.flash("Willkommen zurück, Ada!")
    if hasattr(session, "do_persist"):
        session.do_persist()
    managed = values.typed(dict(RICH, _f_=["Willkommen zurück, Ada!"]))
    if name == "pyramid-session-redis":
        held = pickle.loads(STORES.redis.get(STORES.redis.keys("*")[0]))
        expected = dict((key, values.typed(value)) for key, value in held.items() if key != "m")
        expected["m"] = managed
    else:
        expected = {"managed_dict": managed, "created": float(values.NOW), "timeout": 1200}
    STORES.stored(name, "pickle", expected, framework=store, chain="pickle %d" % pickle.DEFAULT_PROTOCOL,
                  **line(store, "pickle", (store, store), ("Pyramid", "pyramid")))


def webpy():
    import web

    class RedisStore(web.session.Store):
        """What its users write: web.py has the encoding, and no store over Redis."""

        def __contains__(self, key):
            return bool(STORES.redis.exists("webpy:" + key))

        def __getitem__(self, key):
            return self.decode(STORES.redis.get("webpy:" + key))

        def __setitem__(self, key, value):
            STORES.redis.set("webpy:" + key, self.encode(value), ex=86400)

        def cleanup(self, timeout):
            pass

    class Visit:
        def GET(self):
            session.update(RICH)
            return "ok"

    web.config.debug = False
    app = web.application(("/", "Visit"), {"Visit": Visit})
    session = web.session.Session(app, RedisStore(), initializer={"count": 0})
    answer = app.request("/")
    assert answer.data == b"ok", answer
    held = web.session.Store().decode(STORES.redis.get(STORES.redis.keys("*")[0]))
    expected = values.typed(dict(RICH, count=0, ip=held["ip"], session_id=held["session_id"],
                                  send_cookie=True))
    STORES.stored("webpy", "txt", expected, framework="web.py",
                  chain="base64 > pickle %d" % pickle.DEFAULT_PROTOCOL, **line("web.py", "pickle", ("web.py", "web.py")))


def bottle_session():
    import bottle
    import bottle_session
    plugin = bottle_session.SessionPlugin(cookie_lifetime=300)
    plugin.connection_pool = STORES.redis.connection_pool
    app = bottle.Bottle()
    app.install(plugin)

    @app.route("/")
    def visit(session):
        session["user_id"] = "42"
        session["name"] = "Grüße, Ada"
        return "ok"

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    assert list(app(environ, lambda status, headers, info=None: None)) == [b"ok"]
    STORES.stored("bottle-session", None, {"user_id": 42, "name": "Grüße, Ada"}, framework="bottle-session",
                  **line("bottle-session", "text", ("bottle-session", "bottle-session"), ("Bottle", "bottle")))


# MARK: Jobs

def celery():
    import celery
    for serializer in ["json", "pickle", "msgpack"]:
        app = celery.Celery("shop", backend="redis+socket://" + SOCKET, broker="memory://")
        app.conf.update(result_serializer=serializer, accept_content=[serializer])
        result = dict(PLAIN) if serializer != "pickle" else dict(RICH)
        app.backend.store_result("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", result, "SUCCESS")
        held = app.backend.decode(STORES.redis.get(STORES.redis.keys("celery-task-meta-*")[0]))
        expected = {"status": "SUCCESS", "result": values.typed(result), "traceback": None, "children": None,
                    "date_done": held["date_done"], "task_id": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"}
        if serializer == "pickle":
            expected["date_done"] = values.typed(held["date_done"])
        chain = {"json": "JSON", "pickle": "pickle 4", "msgpack": "MessagePack"}[serializer]
        STORES.stored("celery-" + serializer, "bin", expected, framework="Celery", chain=chain,
                      **line("Celery task result", chain.split(" ")[0], ("Celery", "celery")))


def rq():
    import rq
    queue = rq.Queue(connection=STORES.redis)
    now = datetime.datetime.fromtimestamp(values.NOW, datetime.timezone.utc)
    import rq.job
    import rq.utils
    for module in [rq.job, rq.utils]:
        if hasattr(module, "now"):
            module.now = lambda: now
        if hasattr(module, "utcnow"):
            module.utcnow = lambda: now.replace(tzinfo=None)
    job = queue.enqueue_call("shop.mail.send", args=("ada@example.org",), kwargs={"template": "welcome"},
                             job_id="2b1c0d9e-8f7a-4b6c-9d5e-4f3a2b1c0d9e", description="send the mail")
    key = b"rq:job:2b1c0d9e-8f7a-4b6c-9d5e-4f3a2b1c0d9e"
    fields = dict((name.decode(), value) for name, value in STORES.redis.hgetall(key).items())
    expected = {}
    for name, value in fields.items():
        if name == "data":
            expected[name] = {"$tuple": ["shop.mail.send", None, {"$tuple": ["ada@example.org"]},
                                         {"template": "welcome"}]}
        elif value.isdigit():
            expected[name] = int(value)
        elif value == b"":
            expected[name] = ""
        else:
            expected[name] = value.decode()
    assert job.get_status() == "queued"
    STORES.take(key, "rq", None, expected, framework="RQ", **line("RQ job", "pickle", ("RQ", "rq"), compressor="zlib"))
    STORES.redis.flushdb()


STORES.redis.flushdb()
for name in NAMES:
    globals()[name]()
    STORES.redis.flushdb()
STORES.close()
