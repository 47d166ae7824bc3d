"""Prints cookies of the libraries that are installed, current ones or old ones.

    python cookies_python.py new|old
"""
import base64
import json
import sys
from importlib import import_module

from cookies_common import NOW, SECRET, SESSION, emit

try:
    from importlib.metadata import version
except ImportError:
    from pkg_resources import get_distribution

    def version(package):
        return get_distribution(package).version


def new():
    tornado()
    bottle("sha256")
    beaker()
    pyramid("JSON", "Pyramid cookie > JSON", "2")
    jose()
    fernet()
    litestar()


def old():
    bottle("md5")
    pyramid("pickle", "Pyramid cookie > pickle 5", "1")
    pyramid_signed()
    werkzeug()
    jws()


def tornado():
    web = import_module("tornado.web")
    text = json.dumps(SESSION)
    for number in [1, 2]:
        value = web.create_signed_value(SECRET, "session", text, version=number)
        emit("tornado-v%d" % number, value, "Tornado signed cookie, version %d" % number,
             version("tornado"), "JSON", "Tornado > JSON")
    emit("tornado-v2-keys",
         web.create_signed_value({3: SECRET}, "session", "ada", key_version=3),
         "Tornado signed cookie, key 3", version("tornado"), "text", "Tornado > text",
         json_value="ada")


def bottle(digest):
    module = import_module("bottle")
    response = module.BaseResponse()
    import warnings
    warnings.simplefilter("ignore")
    response.set_cookie("session", SESSION, secret=SECRET)
    value = response._cookies["session"].value
    protocol = 5 if sys.version_info >= (3, 8) else 4
    emit("bottle-" + digest, value, "Bottle signed cookie", version("bottle"), "pickle",
         "Bottle > pickle %d" % protocol, json_value=["session", SESSION])


def beaker():
    session = import_module("beaker.session")
    for serializer in ["json", "pickle"]:
        made = session.CookieSession({}, key="beaker.session", validate_key=SECRET, secret=SECRET,
                                     data_serializer=serializer)
        made.update(SESSION)
        made["_id"] = "0123456789abcdef0123456789abcdef"
        made["_creation_time"] = made["_accessed_time"] = NOW
        text = made._encrypt_data()
        value = session.SignedCookie(SECRET).value_encode(text)[1]
        data = {key: made[key] for key in made}
        if serializer == "json":
            emit("beaker-json", value, "Beaker cookie session", version("beaker"), "JSON",
                 "Beaker cookie > zlib > JSON", json_value=data, cookie="beaker.session")
        else:
            emit("beaker-pickle", value, "Beaker cookie session", version("beaker"), "pickle",
                 "Beaker cookie > pickle 2", json_value=data, cookie="beaker.session")
    identifier = "0123456789abcdef0123456789abcdef"
    value = session.SignedCookie(SECRET).value_encode(identifier)[1]
    emit("beaker-id", value, "Beaker session id", version("beaker"), "text", "Beaker id > text",
         json_value=identifier, cookie="beaker.session.id")


def pyramid(serializer, chain, number):
    cookies = import_module("pyramid.session")
    from pyramid.testing import DummyRequest
    factory = cookies.SignedCookieSessionFactory(SECRET)
    request = DummyRequest()
    session = factory(request)
    session.update(SESSION)
    class Response:
        headers = []
        def __init__(self):
            self.set = None
    from pyramid.response import Response as Real
    response = Real()
    session._set_cookie(response)
    value = response.headers["Set-Cookie"].split(";")[0].split("=", 1)[1].strip('"')
    emit("pyramid-" + number, value, "Pyramid SignedCookieSessionFactory", version("pyramid"),
         serializer, chain, json_value=[NOW, float(NOW), SESSION])


def pyramid_signed():
    import warnings
    warnings.simplefilter("ignore")
    session = import_module("pyramid.session")
    value = session.signed_serialize("0123456789abcdef" * 4, SECRET)
    emit("pyramid-1-id", value, "pyramid_redis_sessions id (pyramid.session.signed_serialize)",
         version("pyramid"), "pickle", "Pyramid 1 cookie > pickle 5", json_value="0123456789abcdef" * 4)


def werkzeug():
    import warnings
    warnings.simplefilter("ignore")
    from werkzeug.contrib.securecookie import SecureCookie
    value = SecureCookie(SESSION, SECRET.encode()).serialize()
    emit("werkzeug-0.16", value, "Werkzeug SecureCookie (Flask up to 0.9)", version("werkzeug"),
         "pickle", "Werkzeug cookie > pickled form")


def jws():
    import itsdangerous
    value = itsdangerous.TimedJSONWebSignatureSerializer(SECRET, expires_in=3600).dumps(SESSION)
    emit("itsdangerous-jws", value, "itsdangerous TimedJSONWebSignatureSerializer",
         version("itsdangerous"), "JSON", "JWT > JSON")


def jose():
    import jwt
    from cryptography.hazmat.primitives.asymmetric import ec
    claims = dict(SESSION, sub="42", iat=NOW, nbf=NOW, exp=NOW + 3600)
    long_secret = SECRET * 2
    for algorithm in ["HS256", "HS384", "HS512"]:
        emit("jwt-" + algorithm.lower(),
             jwt.encode(claims, long_secret, algorithm=algorithm, headers={"kid": "2023-11"}),
             "JSON Web Token, " + algorithm, "PyJWT " + version("pyjwt"), "JSON", "JWT > JSON",
             json_value=claims, secrets=[long_secret])
    key = ec.generate_private_key(ec.SECP256R1())
    emit("jwt-es256", jwt.encode(claims, key, algorithm="ES256"), "JSON Web Token, ES256",
         "PyJWT " + version("pyjwt"), "JSON", "JWT > JSON", json_value=claims, secrets=[])
    emit("jwt-none", jwt.encode(claims, None, algorithm="none"), "JSON Web Token, none",
         "PyJWT " + version("pyjwt"), "JSON", "JWT > JSON", json_value=claims, secrets=[])
    raw = base64.b64encode(bytes(range(32))).decode()
    emit("jwt-base64-key", jwt.encode(claims, bytes(range(32)), algorithm="HS256"),
         "JSON Web Token, key in base64", "PyJWT " + version("pyjwt"), "JSON", "JWT > JSON",
         json_value=claims, secrets=[raw])
    jwe(claims)


def jwe(claims):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from jwcrypto import jwe, jwk

    def make(name, key, encryption, store, cookie, secret, alg="dir"):
        token = jwe.JWE(json.dumps(claims).encode(),
                        json.dumps({"alg": alg, "enc": encryption}))
        token.add_recipient(jwk.JWK(kty="oct", k=base64.urlsafe_b64encode(key).decode().rstrip("=")))
        is_open = alg == "dir"
        emit(name, token.serialize(compact=True), store, "jwcrypto " + version("jwcrypto"), "JSON",
             "JWE > JSON" if is_open else "JWE > sealed", cookie=cookie,
             secrets=[secret] if is_open else [], json_value=claims if is_open else None)

    def derived(salt, info, size):
        return HKDF(hashes.SHA256(), size, salt.encode(), info.encode()).derive(SECRET.encode())

    name = "__Secure-authjs.session-token"
    make("authjs-5", derived(name, "Auth.js Generated Encryption Key (%s)" % name, 64),
         "A256CBC-HS512", "Auth.js 5", name, SECRET)
    make("nextauth-4", derived("", "NextAuth.js Generated Encryption Key", 32), "A256GCM",
         "NextAuth.js 4", "next-auth.session-token", SECRET)
    for encryption, size in [("A128GCM", 16), ("A256GCM", 32), ("A128CBC-HS256", 32),
                             ("A192CBC-HS384", 48), ("A256CBC-HS512", 64)]:
        key = (SECRET * 2)[:size]
        make("jwe-" + encryption.lower(), key.encode(), encryption, "JWE, dir " + encryption,
             "token", key)
    make("jwe-a128kw", b"0123456789abcdef", "A128GCM", "JWE, A128KW", "token", "", alg="A128KW")


def fernet():
    import asyncio
    from aiohttp import web
    from aiohttp.test_utils import make_mocked_request
    from aiohttp_session import Session
    from aiohttp_session.cookie_storage import EncryptedCookieStorage
    storage = EncryptedCookieStorage(SECRET.encode())

    async def save():
        response = web.Response()
        session = Session(None, data={"session": SESSION, "created": NOW}, new=False)
        await storage.save_session(make_mocked_request("GET", "/"), response, session)
        return response.cookies["AIOHTTP_SESSION"].value

    emit("aiohttp-fernet", asyncio.run(save()), "aiohttp-session EncryptedCookieStorage",
         version("aiohttp-session"), "JSON", "Fernet > JSON", cookie="AIOHTTP_SESSION",
         json_value={"created": NOW, "session": SESSION})


def litestar():
    from litestar.middleware.session.client_side import ClientSideSessionBackend, CookieBackendConfig
    backend = ClientSideSessionBackend(CookieBackendConfig(secret=SECRET.encode()))
    value = b"".join(backend.dump_data(SESSION, None))
    emit("litestar", value, "Litestar client-side session", version("litestar"), "JSON",
         "Litestar > JSON")


globals()[sys.argv[1]]()
