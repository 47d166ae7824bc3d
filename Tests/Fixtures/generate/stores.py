# coding: utf-8
"""Writes fixtures of stored sessions: the bytes as they lie in Redis, their value, and their lines in manifest.json.
Runs on Python 2.7 and 3."""
import json
import os

import flask_values


class Stores(object):
    """A folder of fixtures, to which each run of a generator adds what its versions of the libraries write."""

    def __init__(self, folder, redis=None):
        self.folder = folder
        self.redis = redis
        self.path = os.path.join(folder, "manifest.json")
        self.payloads = {}
        if not os.path.isdir(folder):
            os.makedirs(folder)
        if os.path.exists(self.path):
            with open(self.path) as file:
                for payload in json.load(file)["payloads"]:
                    self.payloads[payload["typed"]] = payload

    def stored(self, name, suffix, typed, **line):
        """Takes the only key that the library has made, with its type, its lifetime and its value."""
        keys = self.redis.keys("*")
        assert len(keys) == 1, keys
        self.take(keys[0], name, suffix, typed, **line)
        self.redis.flushdb()

    def take(self, key, name, suffix, typed, **line):
        kind = self.redis.type(key)
        ttl = self.redis.ttl(key)
        line.update(key=key.decode("utf-8"), type=kind.decode("ascii"))
        line["ttl"] = -1 if ttl is None else ttl
        if kind == b"hash":
            held = self.redis.hgetall(key)
            line["fields"] = dict(
                (field.decode("utf-8"), "".join("%02x" % byte for byte in bytearray(value)))
                for field, value in held.items())
            self.add(name, None, None, typed, **line)
        else:
            self.add(name, suffix, self.redis.get(key), typed, **line)

    def add(self, name, suffix, payload, typed, **line):
        """One payload; `typed` is its value as typed JSON, by the producer's side."""
        line = dict({"serializer": "", "compressor": "none", "made": "real"}, **line)
        if payload is not None:
            line["file"] = name + "." + suffix
            with open(os.path.join(self.folder, line["file"]), "wb") as file:
                file.write(payload)
        line["typed"] = name + ".typed.json"
        flask_values.dump(os.path.join(self.folder, line["typed"]), typed)
        self.payloads[line["typed"]] = line

    def close(self):
        lines = [self.payloads[name] for name in sorted(self.payloads)]
        with open(self.path, "w") as file:
            text = json.dumps({"payloads": lines}, indent=1, sort_keys=True, separators=(",", ": "))
            file.write(text + "\n")
