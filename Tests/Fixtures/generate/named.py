"""What sesscli names and does not decode, by its real writers where they run here.

    python3 -m venv venv && venv/bin/pip install pymongo cbor2 fastavro amazon.ion pillow
    venv/bin/python Tests/Fixtures/generate/named.py Tests/Fixtures/named

Perl and Elixir write their own; the gobs are Go 1.19's, the Kryo streams those of com.esotericsoftware:kryo 5.6.2 on Java 17
with Redisson's settings, the BinaryFormatter's object is Mono 6.8's: they are kept from an earlier run and stay as they are.
"""
import io
import json
import os
import sqlite3
import struct
import subprocess
import sys
import zipfile

import amazon.ion.simpleion as ion
import bson
import cbor2
import fastavro
import PIL
from PIL import Image

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
payloads = []
session = {"user_id": 42, "name": "Ada ✓", "cart": [{"sku": "TEA-0042", "qty": 2}], "fresh": True}


def add(file, data, chain, store, version, serializer, made="real", **line):
    path = os.path.join(folder, file)
    if data is not None:
        with open(path, "wb") as out:
            out.write(data)
    assert os.path.getsize(path) > 0
    payloads.append(dict(
        file=file, chain=chain, store=store, version=version, serializer=serializer, made=made,
        compressor="none", **line))


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


# Kept.
add("gob-redistore.gob", None, "Go gob", "gorilla/sessions with redistore", "Go 1.19", "gob",
    key="session_MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPJAUEQ2EIVDA")
add("gob-scs.gob", None, "Go gob", "alexedwards/scs", "Go 1.19", "gob",
    key="scs:session:q3Jk0m9Xv7Zt1sB5nYc8dWe2fRg4hTj6kUl0pOiAaSQ")
add("gob-struct.gob", None, "Go gob", "Go", "Go 1.19", "gob")
add("kryo-hashmap.kryo", None, "Kryo 5", "Redisson Tomcat", "Kryo 5.6.2", "Kryo")
add("kryo-date.kryo", None, "Kryo 5", "Redisson Tomcat", "Kryo 5.6.2", "Kryo")
add("object.nrbf", None, ".NET BinaryFormatter", "ASP.NET RedisSessionStateProvider", "Mono 6.8",
    "BinaryFormatter")

# Perl
perl = '''my $s = {user_id => 42, name => "Ada \\x{2713}", cart => [{sku => "TEA-0042", qty => 2}]};
    $s->{self} = $s->{cart}; $s->{when} = bless {epoch => 1700000000}, "My::Time";'''
version = "perl " + run("perl", "-e", 'printf "%vd", $^V').decode()
for function, file in [("freeze", "native"), ("nfreeze", "network")]:
    data = run("perl", "-MStorable", "-e", "%s print Storable::%s($s)" % (perl, function))
    add("storable-%s.bin" % file, data, "Perl Storable", "Plack, Catalyst", version, "Storable")
run("perl", "-MStorable", "-e", "%s Storable::store($s, '%s/storable.pst0')" % (perl, folder))
add("storable.pst0", None, "Perl Storable", "Perl", version, "Storable")
data = run("perl", "-MStorable", "-MMIME::Base64", "-e",
           "%s print encode_base64(Storable::nfreeze($s))" % perl)
add("catalyst.txt", data, "base64 > Perl Storable", "Catalyst", version, "Storable",
    key="session:" + "0123456789" * 4)
# A class that freezes itself.
data = run("perl", "-MStorable", "-e", '''
    package My::Day; sub STORABLE_freeze { ("2023-11-14") } sub STORABLE_thaw {}
    package main; print Storable::nfreeze({a => 1, day => bless({}, "My::Day"), z => 2});''')
add("storable-hook.bin", data, "Perl Storable", "Plack, Catalyst", version, "Storable")

# Elixir
elixir = ('%{"user_id" => 42, "name" => "Ada ✓", "cart" => [%{sku: "TEA-0042", qty: 2}], '
          '"at" => ~D[2023-11-14], big: 2 ** 80, ratio: 1.5, none: nil, call: &String.length/1}')
version = "Elixir 1.14, Erlang/OTP 25"
for file, options in [("terms.etf", ""), ("terms-compressed.etf", ", [:compressed]")]:
    run("elixir", "-e", 'File.write!("%s/%s", :erlang.term_to_binary(%s%s))' % (
        folder, file, elixir, options))
    add(file, None, "Erlang terms", "plug_session_redis", version, "External Term Format")

# Python's writers of what Redisson's and other codecs write.
add("session.bson", bson.encode(session), "BSON", "BSON", "pymongo 4.20", "BSON")
add("session.cbor", cbor2.dumps(cbor2.CBORTag(55799, session)), "CBOR", "CBOR", "cbor2 6.3", "CBOR")
add("session.ion", ion.dumps(session, binary=True), "Ion", "Redisson", "amazon.ion 0.15", "Ion")
avro = io.BytesIO()
fastavro.writer(avro, {"type": "record", "name": "S", "fields": [{"name": "user_id", "type": "int"}]},
                [{"user_id": 42}])
add("session.avro", avro.getvalue(), "Avro", "Avro", "fastavro 1.13", "Avro container")

# By the specifications: no writer is at hand. {"a":1} in SMILE 1.0.6, nil in Nippy, the head of Lua 5.4's dump.
add("session.smile", b":)\n\x01\xfa\x80a\xc2\xfb", "SMILE", "Redisson", "SMILE 1.0", "SMILE",
    made="specification")
add("nil.nippy", b"NPY\x00\x03", "Nippy", "Carmine", "Nippy 3", "Nippy", made="specification")
add("chunk.luac", b"\x1bLua\x54\x00\x19\x93\r\n\x1a\n\x04\x08\x08", "Lua bytecode", "Lua", "Lua 5.4",
    "bytecode", made="specification")

# Beside sessions.
image = Image.new("RGB", (4, 4), (200, 30, 60))
for format, label in [("JPEG", "JPEG"), ("PNG", "PNG"), ("GIF", "GIF"), ("WEBP", "WebP")]:
    out = io.BytesIO()
    image.save(out, format, **({"quality": 5} if format == "JPEG" else {}))
    add("pixel." + format.lower(), out.getvalue(), label + " image", "images", "Pillow " + PIL.__version__,
        label)
out = io.BytesIO()
image.save(out, "PDF")
add("page.pdf", out.getvalue(), "PDF document", "documents", "Pillow " + PIL.__version__, "PDF")
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as archive:
    archive.writestr("a.txt", "hello")
add("archive.zip", out.getvalue(), "ZIP archive", "documents", "CPython 3.12", "ZIP")
database = os.path.join(folder, "empty.sqlite")
if os.path.exists(database):
    os.remove(database)
with sqlite3.connect(database) as connection:
    connection.execute("PRAGMA page_size = 512")
    connection.execute("CREATE TABLE t (a)")
connection.close()
add("empty.sqlite", None, "SQLite database", "documents", "SQLite " + sqlite3.sqlite_version, "SQLite")
elf = struct.pack("<4sBBBBQHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 0, 0, 2, 62, 1, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0)
add("head.elf", elf, "ELF binary", "documents", "ELF 64", "ELF", made="specification")

with open(os.path.join(folder, "manifest.json"), "w") as file:
    json.dump({"payloads": payloads}, file, indent=1, ensure_ascii=False)
    file.write("\n")
