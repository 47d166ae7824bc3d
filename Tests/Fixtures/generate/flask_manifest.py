"""Writes Tests/Fixtures/flask/manifest.json: for each payload its key in Redis, its lifetime, who wrote it, and what
must be seen in it.

    python flask_manifest.py FOLDER
"""
import json
import os
import sys

import flask_values as values


def main(folder):
    entries = []
    for name in sorted(os.listdir(folder)):
        stem, suffix = os.path.splitext(name)
        if suffix in [".pickle", ".msgpack", ".json"] and name.startswith("flask-session-") \
                and not name.endswith(".typed.json"):
            version, python, *rest = stem[len("flask-session-"):].split("-")
            entries.append({
                "store": "Flask-Session", "serializer": suffix[1:], "compressor": "none", "made": "real",
                "framework": "Flask-Session " + WRITERS[version], "chain": chain(suffix[1:], python),
                "typed": stem + ".typed.json",
                "file": name, "kind": "session", "key": "session:" + session_id(version, python, rest),
                "ttl": values.TTL, "format": suffix[1:], "producer": "Flask-Session",
                "version": version, "python": python[2:], "expected": stem + ".typed.json"})
        elif suffix == ".cookie":
            signs_id = stem.startswith("flask-session-")
            if signs_id:
                producer, version = "Flask-Session", stem.split("-")[2]
            else:
                producer, version = {
                    "flask": "Flask", "starlette": "Starlette", "itsdangerous": "itsdangerous",
                }[stem.split("-")[0]], stem.split("-")[1]
            entry = {
                "file": name, "kind": "signed id" if signs_id else "cookie",
                "key": "cookie:" + stem, "ttl": values.TTL, "format": "cookie",
                "producer": producer, "version": version}
            entry.update(
                store=producer + (", signed id" if signs_id else " cookie"), made="real", serializer="none",
                compressor="zlib" if producer != "Starlette" and read(folder, name).startswith(b".") else "none",
                secrets=[values.SECRET])
            if signs_id:
                entry["chain"] = "signed session id > text"
            else:
                entry["expected"] = entry["typed"] = stem + ".typed.json"
                # The long ones hold what only tags can say.
                entry["serializer"] = "tagged JSON" if stem.endswith("-long") else "JSON"
                layer = producer if producer == "itsdangerous" else producer + " cookie"
                entry["chain"] = layer + " > " + entry["serializer"]
                if producer != "itsdangerous":
                    entry["framework"] = producer
            entries.append(entry)
    manifest = {"secret": values.SECRET, "signedAt": values.NOW, "payloads": entries}
    with open(os.path.join(folder, "manifest.json"), "w") as file:
        json.dump(manifest, file, indent=2)
        file.write("\n")


# Which versions write so, as far as the payload and its key show.
WRITERS = {
    "0.3.2": "0.5 or older", "0.5.0": "0.5 or older", "0.6.0": "0.6", "0.8.0": "0.7 or newer"}


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def chain(serializer, python):
    """The default protocol of pickle is 0 in Python 2, 3 until 3.7 and 4 until 3.13."""
    protocol = {"py2.7": 0, "py3.7": 3}.get(python, 4)
    return {"pickle": "pickle %d" % protocol, "msgpack": "MessagePack", "json": "JSON"}[serializer]


def session_id(version, python, rest):
    """The ids that generate/flask.sh gives: as they are for the shop, with an f for the login."""
    ids = {
        "0.3.2-py2.7": "3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e0271",
        "0.3.2-py3.7": "3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e0371",
        "0.5.0-py3.9": "3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e0391",
        "0.6.0-py3.11": "q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe5iAoQw1N060",
        "0.8.0-py3.12": "q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe5iAoQw1N080",
        "0.8.0-py3.12-json": "q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe5iAoQw1N084",
    }
    *middle, kind = rest
    sid = ids["-".join([version, python] + middle)]
    return sid if kind == "shop" else sid[:-4] + "f" + sid[-3:]


main(*sys.argv[1:])
