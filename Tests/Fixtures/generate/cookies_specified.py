"""Prints cookies of schemes whose libraries are not to be had here, built from their specifications
(the links are in the layers' sources) with Python's hashes and the ciphers of `cryptography`."""
import base64
import hashlib
import hmac
import json
import os
import struct

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cookies_common import NOW, SECRET, SESSION, emit

KEY = SECRET.encode()
TEXT = json.dumps(SESSION, separators=(",", ":")).encode()
ID = "q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe"


def b64(data):
    return base64.b64encode(data).decode()


def b64u(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def mac(key, data, digest="sha256"):
    return hmac.new(key, data, digest).digest()


def cbc(key, iv, data):
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


def random(count, counter=[0]):
    """Bytes that are the same each time."""
    counter[0] += 1
    return hashlib.shake_256(b"fixture %d" % counter[0]).digest(count)


def specified(*arguments, **options):
    emit(*arguments, made="specification", **options)


def iron():
    salt, mac_salt, iv = random(32).hex(), random(32).hex(), random(16)

    def key(salt):
        return hashlib.pbkdf2_hmac("sha1", KEY, salt.encode(), 1, 32)

    for name, store, tail in [("iron", "hapi yar, h3", ""), ("iron-session", "iron-session", "~2")]:
        base = "*".join(["Fe26.2", "", salt, b64u(iv), b64u(cbc(key(salt), iv, TEXT)),
                         str((NOW + 3600) * 1000)])
        value = "%s*%s*%s%s" % (base, mac_salt, b64u(mac(key(mac_salt), base.encode())), tail)
        specified(name, value, store, "Fe26.2", "JSON", "iron > JSON")


def adonis():
    key = hashlib.sha256(KEY).digest()

    def sign(text):
        return "%s.%s" % (text, b64u(mac(key, text.encode()).hex().encode()))

    message = json.dumps({"message": SESSION, "purpose": "session"}).encode()
    value = {"message": SESSION, "purpose": "session"}
    specified("adonis-signed", "s:" + sign(b64u(message)), "AdonisJS signed cookie", "6", "JSON",
              "Adonis signed > JSON", json_value=value)
    iv = b"0123456789abcdef"
    specified("adonis-encrypted", "e:" + sign(b64u(cbc(key, iv, message)) + "." + b64u(iv)),
              "AdonisJS encrypted cookie", "6", "JSON", "Adonis encrypted > JSON", json_value=value)


def remix():
    value = b64(TEXT)
    specified("remix", value + "." + b64(mac(KEY, value.encode())).rstrip("="),
              "Remix, React Router", "7", "JSON", "Remix cookie > JSON", cookie="__session")


def better_auth():
    specified("better-auth", ID + "." + b64(mac(KEY, ID.encode())), "Better Auth", "1", "text",
              "signed id > text", cookie="better-auth.session_token", json_value=ID)


def gorilla():
    name = "session"

    def sealed(data):
        signed = "%s|%d|%s|" % (name, NOW, base64.urlsafe_b64encode(data).decode())
        made = mac(KEY, signed[:-1].encode())
        return base64.urlsafe_b64encode((signed[len(name) + 1:]).encode() + made).decode()

    text = b"".join([bytes([len(ID) + 3, 0x0C, 0, len(ID)]), ID.encode()])
    specified("gorilla-redistore", sealed(text), "gorilla sessions, redistore id", "1.2", "gob",
              "securecookie > text", json_value=ID)
    specified("gorilla-json", sealed(TEXT), "gorilla securecookie, JSONEncoder", "1.1", "JSON",
              "securecookie > JSON")
    iv = random(16)
    block = b"sesscli-block-key-of-32-bytes-00"
    encryptor = Cipher(algorithms.AES(block), modes.CTR(iv)).encryptor()
    specified("gorilla-encrypted", sealed(iv + encryptor.update(TEXT)),
              "gorilla securecookie, encrypted", "1.1", "JSON", "securecookie > JSON",
              secrets=[SECRET, block.decode()])


def oauth2_proxy():
    name = "_oauth2_proxy"
    ticket = "v2.%s.%s" % (b64u((name + "-0123456789abcdef0123456789abcdef").encode()),
                           b64u(random(16)))
    value = base64.urlsafe_b64encode(ticket.encode()).decode()
    made = mac(KEY, (name + value + str(NOW)).encode())
    specified("oauth2-proxy",
              "%s|%d|%s" % (value, NOW, base64.urlsafe_b64encode(made).decode()),
              "oauth2-proxy ticket", "7", "text", "oauth2-proxy > text", cookie=name, json_value=ticket)


def cookie_rs():
    key = SECRET * 2
    value = "q2Jv0WmT7yXsXl4nKc48dRfPbZ3hGtUeq2Jv0WmT7yXsXl4nKc48dRfPbZ3hGtUe"
    specified("cookie-rs-signed", b64(mac(key[:32].encode(), value.encode())) + value,
              "cookie-rs signed (actix-session)", "0.16", "text", "cookie-rs signed > text", cookie="id",
              secrets=[key], json_value=value)
    nonce = random(12)
    sealed = AESGCM(key[32:64].encode()).encrypt(nonce, TEXT, b"id")
    specified("cookie-rs-private", b64(nonce + sealed), "cookie-rs private", "0.16", "JSON",
              "cookie-rs private > JSON", cookie="id", secrets=[key])
    derived = HKDF(hashes.SHA256(), 64, None,
                   b"COOKIE;SIGNED:HMAC-SHA256;PRIVATE:AEAD-AES-256-GCM").derive(KEY)
    sealed = AESGCM(derived[32:]).encrypt(nonce, TEXT, b"id")
    specified("cookie-rs-derived", b64(nonce + sealed), "cookie-rs private, Key::derive_from", "0.16",
              "JSON", "cookie-rs private > JSON", cookie="id")


def play():
    form = "user=ada&csrfToken=f6b1c0de&role=admin"
    specified("play-2.5", "%s-%s" % (mac(KEY, form.encode(), "sha1").hex(), form), "Play session", "2.5",
              "text", "Play > text", cookie="PLAY_SESSION", json_value=form)


def data_protection():
    identifier = bytes.fromhex("3f1c0a9e6d2b4e8f9a517c0d4b2e0391")
    specified("data-protection",
              b64(bytes.fromhex("09f0c9f0") + identifier + random(16 + 16 + 48 + 32)).rstrip("="),
              "ASP.NET Core session cookie", "8", "encrypted", "Data Protection > sealed",
              cookie=".AspNetCore.Session", secrets=[], json_value=None)


def lua_resty():
    head = (b"\x01" + b"\x00\x00" + random(32) + struct.pack("<Q", NOW)[:5] + bytes(4)
            + struct.pack("<I", 300)[:3] + random(16) + bytes(3) + random(16))
    specified("lua-resty-4", b64u(head), "lua-resty-session", "4.0", "encrypted",
              "lua-resty-session > sealed", secrets=[], json_value=None)


def secure_session():
    # Of a real libsodium it would differ in nothing that can be seen.
    specified("secure-session", "%s;%s" % (b64(random(64) + random(32)), b64(random(24))),
              "@fastify/secure-session", "7", "encrypted", "secure session > sealed", secrets=[],
              json_value=None)


def plug():
    # The Erlang terms of a map with binaries: term_to_binary(%{"user" => "ada", "n" => 42}).
    term = (b"\x83t\x00\x00\x00\x02m\x00\x00\x00\x01na*m\x00\x00\x00\x04userm\x00\x00\x00\x03ada")
    data = {"n": 42, "user": "ada"}

    def derived(salt):
        return hashlib.pbkdf2_hmac("sha256", KEY, salt.encode(), 1000, 32)

    signed = "SFMyNTY." + b64u(term)
    specified("plug-signed",
              signed + "." + b64u(mac(derived("aB3xYz9Q"), signed.encode())),
              "Plug session, signed", "1.2", "Erlang term",
              "Plug signed > Erlang terms", cookie="_app_key",
              secrets=[SECRET, "aB3xYz9Q"], json_value=None)
    token = b"\x83h\x03a*n\x06\x00\x00h\xe5\xcf\x8b\x01b\x00\x01Q\x80"
    signed = "SFMyNTY." + b64u(token)
    specified("phoenix-token", signed + "." + b64u(mac(derived("user auth"), signed.encode())),
              "Phoenix.Token", "1.2", "Erlang term",
              "Plug signed > Erlang terms", cookie="token", json_value=None)
    cek, nonce, wrap = random(16), random(12), random(12)
    key, signing = derived("encsalt1"), derived("sigsalt1")
    box = AESGCM(cek).encrypt(nonce, term, b"A128GCM")
    wrapped = AESGCM(key).encrypt(wrap, cek, signing) + wrap
    specified("plug-encrypted",
              ".".join([b64u(b"A128GCM"), b64u(wrapped), b64u(nonce), b64u(box[:-16]), b64u(box[-16:])]),
              "Plug session, encrypted", "1.2", "Erlang term",
              "Plug encrypted > Erlang terms", cookie="_app_key",
              secrets=[SECRET, "encsalt1", "sigsalt1"], json_value=None)
    try:
        from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt
    except ImportError:
        return
    nonce = random(24)
    box = encrypt(term, b"A128GCM", nonce, key)
    specified("plug-xchacha20", "XCP." + b64u(nonce + box[-16:] + box[:-16]),
              "Plug session, XChaCha20-Poly1305", "2.1", "Erlang term",
              "Plug encrypted > Erlang terms", cookie="_app_key",
              secrets=[SECRET, "encsalt1"], json_value=None)


for make in [iron, adonis, remix, better_auth, gorilla, oauth2_proxy, cookie_rs, play, data_protection,
             lua_resty, secure_session, plug]:
    make()
