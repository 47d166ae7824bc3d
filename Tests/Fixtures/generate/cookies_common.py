"""What the scripts that write Tests/Fixtures/cookies share. Runs on Python 3.6 and later."""
import json
import time

NOW = 1700000000
SECRET = "sesscli-test-key-of-the-fixtures"  # 32 characters: some schemes take it as a key
SESSION = {"user_id": 42, "name": "Ada L\u00f6we", "roles": ["admin", "editor"], "csrf": "f6b1c0de"}

time.time = lambda: float(NOW)


def emit(name, value, store, version, serializer, chain, made="real", cookie="session",
         secrets=(SECRET,), json_value=SESSION):
    """Prints one cookie for cookies_manifest.py; `json_value` is what it holds, None when nothing
    reads it."""
    if isinstance(value, bytes):
        value = value.decode()
    print(json.dumps({
        "name": name, "value": value, "store": store, "version": version, "serializer": serializer,
        "chain": chain, "made": made, "cookie": cookie, "secrets": list(secrets),
        "json": json_value}, sort_keys=True))
