# coding: utf-8
"""Writes Tests/Fixtures/flask: cookies that a real Flask sets, signed at a fixed time.

    python flask_cookies.py FOLDER NAME

Run once in each virtual environment that generate/flask.sh makes.
"""
import os
import sys
import time

import flask

import flask_values as values


def main(folder, name):
    time.time = lambda: float(values.NOW)
    for kind in ["short", "long"]:
        app = flask.Flask(__name__)
        app.config.update(SECRET_KEY=values.SECRET)
        held = {}

        @app.route("/")
        def visit():
            if kind == "short":
                flask.session["user_id"] = 42
            else:
                skipped = ["cart", "coupons", "newsletter"]
                for key, value in values.shop(False):
                    if key not in skipped:
                        flask.session[key] = value
                flask.session["banner"] = flask.Markup(u"<b>Grüße</b>")
                flask.session["cart"] = [{"sku": "TEA-0042", "qty": 2}] * 4
                flask.session.permanent = True
                for category, text in values.FLASHES:
                    flask.flash(text, category)
            held.update(session=dict(flask.session))
            return "ok"

        answer = app.test_client().get("/")
        assert answer.data == b"ok", answer.data
        cookie = answer.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
        path = os.path.join(folder, "flask-%s-%s" % (name, kind))
        with open(path + ".cookie", "wb") as file:
            file.write(cookie.encode("ascii"))
        # Flask writes tagged JSON with sorted keys; a list's order is its own.
        session = held["session"]
        ordered = values.Pairs((key, session[key]) for key in sorted(session))
        values.dump(path + ".typed.json", values.tagged(ordered))


if not hasattr(flask, "Markup"):
    import markupsafe

    flask.Markup = markupsafe.Markup
main(*sys.argv[1:])
