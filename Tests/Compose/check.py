"""What a person and a script do with Examples/compose, once it is up: a line for each thing proved.

    check.py INSPECTOR      the folder where the image that shall hold nothing but the binary is mounted
"""
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from terminal import Terminal

README = Path("Examples/compose/README.md")
TEXT = "Grüße 緑茶 🫖"
passed = failed = 0
# Ctrl-C ends the program without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)


def check(what):
    """Runs a function at once and says whether it proved what it is about."""

    def run(function):
        global passed, failed
        try:
            function()
        except (AssertionError, subprocess.TimeoutExpired, ValueError) as error:
            failed += 1
            print(f"FAILED  {what}: {error}", flush=True)
        else:
            passed += 1
            print(f"ok  {what}", flush=True)

    return run


def equal(found, expected):
    assert found == expected, f"{found!r} instead of {expected!r}"


def run(command, stdin=b""):
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60)


def documented(beginning):
    """The commands that the example's README gives to type."""
    lines = [line.strip() for line in README.read_text().splitlines() if line.startswith("    ")]
    commands = [line for line in lines if line.startswith(beginning)]
    assert commands, f"{README} has no line {beginning}"
    return commands


def browse():
    """Logs in and fills the cart as the README says; returns the last page."""
    with tempfile.TemporaryDirectory() as folder:
        # The application's first answer may take a moment.
        ready = ["curl", "-sf", "--retry", "60", "--retry-delay", "1", "--retry-all-errors"]
        home = run(ready + ["http://127.0.0.1:8000/"])
        assert b"Log in" in home.stdout, home
        for command in documented("curl "):
            page = subprocess.run(command, shell=True, cwd=folder, capture_output=True, timeout=60)
            equal(page.returncode, 0)
    return page.stdout.decode()


@check("a browser logs in at the Flask application, fills its cart and is shown a flashed message")
def _():
    page = browse()
    for text in ["Welcome, Grüße.", "1 × Grüner Tee 緑茶", "is in your cart."]:
        assert text in page, page


@check("the inspector's image holds nothing but the static binary")
def _():
    image = Path(sys.argv[1])
    # The engine adds the folders that it mounts something on.
    files = [str(path.relative_to(image)) for path in image.rglob("*") if not path.is_dir()]
    equal(files, ["sesscli"])


def in_scripts(image, words):
    """docker-compose exec -T: no terminal."""
    sesscli = ["docker-compose", "exec", "-T", *words]

    @check(f"{image}, -T: keys 'session:*' prints the session's key alone")
    def _():
        keys = run([*sesscli, "keys", "session:*"])
        equal((keys.returncode, keys.stderr), (0, b""))
        assert re.fullmatch(rb"session:[\w-]{20,}\n", keys.stdout), keys

    @check(f"{image}, -T: decode 'session:*' is JSON with the user and the cart")
    def _():
        decoded = run([*sesscli, "decode", "session:*"])
        equal((decoded.returncode, decoded.stderr), (0, b""))
        session = json.loads(decoded.stdout)
        equal(session["user"], "Grüße")
        equal(
            session["cart"],
            [{"sku": "TEA-0042", "title": "Grüner Tee 緑茶", "qty": 1, "price": "12.90"}])

    @check(f"{image}, -T: a script on standard input; its error goes to standard error, with its line")
    def _():
        script = f'set greeting "{TEXT}"\n# a comment\n\nget greeting\nhget greeting field\nttl greeting\n'
        answer = run(sesscli, script.encode())
        equal(answer.returncode, 1)
        equal(answer.stdout.decode(), f"OK\n{TEXT}\n-1\n")
        assert answer.stderr.startswith(b"line 5: (error) WRONGTYPE "), answer

    @check(f"{image}, -T: every byte passes, both ways")
    def _():
        every = bytes(range(256)) * 1024
        equal(run([*sesscli, "-x", "set", "bytes"], every).stdout, b"OK\n")
        stored = run([*sesscli, "get", "bytes"]).stdout
        assert stored == every + b"\n", f"{len(stored)} bytes came back of {len(every)}"

    @check(f"{image}, -T: exit codes pass: 1, 2, 3")
    def _():
        equal(run([*sesscli, "-e", "hget", "greeting", "field"]).returncode, 1)
        equal(run([*sesscli, "-p", "abc"]).returncode, 2)
        equal(run([*sesscli, "-p", "1", "ping"]).returncode, 3)


def wait_for_blocked_client(seconds=30):
    deadline = time.monotonic() + seconds
    info = "docker-compose exec -T redis redis-cli info clients".split()
    while b"blocked_clients:1" not in run(info).stdout:
        assert time.monotonic() < deadline, "no client is blocked"


def on_a_terminal(image, words, prompt):
    """docker-compose exec: a terminal."""
    terminal = Terminal(["docker-compose", "exec", *words])

    @check(f"{image}, a terminal: the prompt appears, keys session:* is numbered")
    def _():
        terminal.expect(prompt)
        terminal.type("keys session:*\r")
        terminal.expect('1) "session:')
        terminal.expect(prompt)

    @check(f"{image}, a terminal: UTF-8 is typed, edited and shown")
    def _():
        # Two characters to the left of the cursor, one of them two columns wide, are deleted.
        terminal.type(f"set tea '{TEXT}茶ß\x7f\x7f'\r")
        terminal.expect("OK\n")
        terminal.type("get tea\r")
        terminal.expect(f'"{TEXT}"\n')
        terminal.expect(prompt)

    @check(f"{image}, a terminal: decode draws the session")
    def _():
        terminal.type("decode session:*\r")
        drawn = terminal.expect("\n}\n")
        for text in ["MessagePack · Flask-Session", '"user": "Grüße"', '"title": "Grüner Tee 緑茶"']:
            assert text in drawn, drawn
        terminal.expect(prompt)

    @check(f"{image}, a terminal: TAB completes a key, Up brings the last line back")
    def _():
        terminal.type("strlen greet\t")
        terminal.expect("strlen greeting")
        terminal.type("\r")
        terminal.expect(f"(integer) {len(TEXT.encode())}\n")
        terminal.expect(prompt)
        terminal.type("\x1b[A")
        terminal.expect("strlen greeting")
        terminal.type("\r")
        terminal.expect("(integer)")
        terminal.expect(prompt)

    @check(f"{image}, a terminal: Ctrl-C ends what runs, and the prompt is back")
    def _():
        terminal.type("blpop nothing 0\r")
        terminal.expect("blpop nothing 0\n")
        wait_for_blocked_client()
        terminal.type("\x03")
        terminal.expect(prompt)
        terminal.type("echo again\r")
        terminal.expect('"again"\n')
        terminal.expect(prompt)

    @check(f"{image}, a terminal: Ctrl-D leaves, with 0")
    def _():
        terminal.type("\x04")
        equal(terminal.exit_code(), 0)


for image, words, prompt in [
    ("Debian image", ["redis", "sesscli"], "127.0.0.1:6379> "),
    ("image of the binary alone", ["inspector", "/sesscli", "-h", "redis"], "redis:6379> "),
]:
    in_scripts(image, words)
    on_a_terminal(image, words, prompt)

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
