"""A Flask application with its sessions in Redis, as Flask-Session's documentation has it: a user logs in, and the program
prints what was stored and the cookie that the browser got, one JSON object.

    app.py SOCKET [--signed] [--json]
"""
import argparse
import datetime
import json
import uuid
from decimal import Decimal

import flask
import redis
from flask_session import Session

SECRET = "live-test-key"

arguments = argparse.ArgumentParser()
arguments.add_argument("socket")
arguments.add_argument("--signed", action="store_true", help="sign the session id")
arguments.add_argument("--json", action="store_true", help="store JSON instead of MessagePack (0.7 and later)")
options = arguments.parse_args()

store = redis.Redis(unix_socket_path=options.socket)
app = flask.Flask(__name__)
app.config.update(
    SECRET_KEY=SECRET,
    SESSION_TYPE="redis",
    SESSION_REDIS=store,
    SESSION_USE_SIGNER=options.signed,
)
if options.json:
    app.config["SESSION_SERIALIZATION_FORMAT"] = "json"
Session(app)


@app.post("/login")
def login():
    flask.session["user_id"] = 42
    flask.session["user"] = flask.request.form["user"]
    flask.session["roles"] = ("admin", "editor")
    flask.session["visit"] = uuid.UUID("3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e8f13")
    flask.session["spent"] = Decimal("1.10")
    flask.session["since"] = datetime.datetime(2026, 1, 1, 12, 30)
    flask.session["token"] = b"\x00\xff"
    flask.flash("Willkommen zurück")
    return "welcome"


browser = app.test_client()
response = browser.post("/login", data={"user": "Grüße"})
assert response.status_code == 200, response.status
cookie = response.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
(key,) = store.keys("session:*")

# The cookie of Flask itself, without Flask-Session, from the same application.
plain = flask.Flask("plain")
plain.config["SECRET_KEY"] = SECRET


@plain.post("/login")
def plain_login():
    flask.session["user_id"] = 42
    flask.session["roles"] = ("admin", "editor")
    return "welcome"


response = plain.test_client().post("/login")
print(
    json.dumps(
        {
            "key": key.decode(),
            "cookie": cookie,
            "secret": SECRET,
            "ttl": store.ttl(key),
            "flaskCookie": response.headers["Set-Cookie"].split(";")[0].split("=", 1)[1],
        }
    )
)
