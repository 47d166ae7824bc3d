# coding: utf-8
"""Writes Tests/Fixtures/flask: sessions as a real Flask-Session leaves them in a real Redis.

    PYTHONHASHSEED=0 python flask_sessions.py SOCKET FOLDER NAME SESSION_ID [json]

SOCKET is the Unix socket of a redis-server of one's own, whose database 0 is emptied. Run once in each
virtual environment that generate/flask.sh makes; runs on Python 2.7 and 3.
"""
import os
import sys

import flask
import flask_session
import itsdangerous
import redis

import flask_values as values


def main(socket, folder, name, sid, serialization="msgpack"):
    store = redis.Redis(unix_socket_path=socket)
    version = name.split("-")[0]
    for kind in ["shop", "login"]:
        store.flushdb()
        app = flask.Flask(__name__)
        app.config.update(
            SECRET_KEY=values.SECRET, SESSION_TYPE="redis", SESSION_REDIS=store,
            SESSION_USE_SIGNER=(kind == "login"), SESSION_SERIALIZATION_FORMAT=serialization)
        flask_session.Session(app)
        if hasattr(app.session_interface, "_generate_sid"):
            # From 0.6 on an id that the store does not know is replaced; older ones take the cookie's.
            app.session_interface._generate_sid = lambda length=None: sid
        held = {}

        @app.route("/")
        def visit():
            entries = values.login() if kind == "login" else values.shop(not values.PYTHON2)
            for key, value in entries:
                flask.session[key] = value
            for category, text in values.FLASHES if kind == "shop" else []:
                flask.flash(text, category)
            held.update(session=dict(flask.session))
            return "ok"

        client = app.test_client()
        cookie = sid
        if kind == "login":
            signer = itsdangerous.Signer(
                values.SECRET, salt="flask-session", key_derivation="hmac")
            cookie = signer.sign(sid.encode("ascii")).decode("ascii")
        try:
            client.set_cookie("session", cookie)
        except TypeError:
            client.set_cookie("localhost", "session", cookie)
        answer = client.get("/")
        assert answer.data == b"ok", answer.data
        keys = store.keys("*")
        assert keys == [b"session:" + sid.encode("ascii")], keys
        assert values.TTL - 2 <= store.ttl(keys[0]) <= values.TTL
        payload = store.get(keys[0])
        suffix = "pickle" if version < "0.7" else serialization
        expected = {"pickle": values.typed, "msgpack": values.msgpacked, "json": values.jsoned}
        path = os.path.join(folder, "flask-session-%s-%s" % (name, kind))
        with open(path + "." + suffix, "wb") as file:
            file.write(payload)
        values.dump(path + ".typed.json", expected[suffix](held["session"]))
        if kind == "login":
            with open(path + ".cookie", "wb") as file:
                file.write(cookie.encode("ascii"))
            # Flask-Session verified it, and set the same again.
            assert cookie in answer.headers["Set-Cookie"].replace('"', "")
        sid = sid[:-4] + "f" + sid[-3:]


main(*sys.argv[1:])
