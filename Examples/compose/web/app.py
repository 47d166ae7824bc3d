"""A small tea shop whose sessions Flask-Session keeps in Redis: a login, a cart, a flashed message."""
import datetime
import os
from decimal import Decimal

import redis
from flask import Flask, flash, redirect, render_template_string, request, session, url_for
from flask_session import Session

app = Flask(__name__)
app.config.update(
    SECRET_KEY=os.environ["SECRET_KEY"],
    SESSION_TYPE="redis",
    SESSION_REDIS=redis.Redis.from_url(os.environ["REDIS_URL"]),
    SESSION_KEY_PREFIX=os.environ.get("SESSION_KEY_PREFIX", "session:"),
)
Session(app)

TEAS = {
    "TEA-0042": ("Grüner Tee 緑茶", Decimal("12.90")),
    "TEA-0007": ("Earl Grey", Decimal("8.50")),
}

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Tea</title>
{% for message in get_flashed_messages() %}<p><em>{{ message }}</em></p>
{% endfor %}
{% if user %}
<p>Welcome, {{ user }}.</p>
<ul>{% for line in cart %}
  <li>{{ line.qty }} × {{ line.title }}, {{ line.price }} each</li>{% endfor %}
</ul>
<form method="post" action="{{ url_for('add') }}">
  <select name="sku">{% for sku, tea in teas.items() %}
    <option value="{{ sku }}">{{ tea[0] }}</option>{% endfor %}
  </select>
  <button>Into the cart</button>
</form>
<form method="post" action="{{ url_for('logout') }}"><button>Log out</button></form>
{% else %}
<form method="post" action="{{ url_for('login') }}">
  <input name="user" placeholder="Your name" required autofocus>
  <button>Log in</button>
</form>
{% endif %}
"""


@app.get("/")
def home():
    return render_template_string(
        PAGE, user=session.get("user"), cart=session.get("cart", []), teas=TEAS)


@app.post("/login")
def login():
    session.clear()
    session.update(
        user=request.form["user"],
        roles=["customer"],
        cart=[],
        since=datetime.datetime.now(datetime.timezone.utc),
    )
    flash(f"Hello {session['user']}, the kettle is on.")
    return redirect(url_for("home"))


@app.post("/cart")
def add():
    if "user" not in session:
        return redirect(url_for("home"))
    sku = request.form["sku"]
    if sku not in TEAS:
        return "There is no such tea.\n", 404
    title, price = TEAS[sku]
    cart = session["cart"]
    for line in cart:
        if line["sku"] == sku:
            line["qty"] += 1
            break
    else:
        cart.append({"sku": sku, "title": title, "qty": 1, "price": price})
    session.modified = True
    flash(f"{title} is in your cart.")
    return redirect(url_for("home"))


@app.post("/logout")
def logout():
    session.clear()
    return redirect(url_for("home"))
