"""Writes Tests/Fixtures/flask: the cookie of a real Starlette application, and itsdangerous' serializers with their
default salt and other hashes.

    python starlette_cookies.py FOLDER VERSION
"""
import hashlib
import os
import sys
import time

import itsdangerous
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import flask_values as values

SESSION = {"user": {"id": 42, "name": "Ada Löwe"}, "csrf_token": "f6b1c0de", "roles": ["admin"]}


def main(folder, version):
    time.time = lambda: float(values.NOW)

    async def visit(request):
        request.session.update(SESSION)
        return PlainTextResponse("ok")

    app = Starlette(
        routes=[Route("/", visit)],
        middleware=[Middleware(SessionMiddleware, secret_key=values.SECRET)])
    answer = TestClient(app).get("/")
    cookie = answer.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
    write(folder, "starlette-%s" % version, cookie)
    for digest in ["sha1", "sha256", "sha384", "sha512"]:
        serializer = itsdangerous.URLSafeTimedSerializer(
            values.SECRET, signer_kwargs={"digest_method": getattr(hashlib, digest)})
        write(folder, "itsdangerous-2.2.0-%s" % digest, serializer.dumps(SESSION))


def write(folder, name, cookie):
    path = os.path.join(folder, name)
    with open(path + ".cookie", "w") as file:
        file.write(cookie)
    values.dump(path + ".typed.json", SESSION)


main(*sys.argv[1:])
