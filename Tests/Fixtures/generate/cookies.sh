#!/bin/sh
# Writes Tests/Fixtures/cookies anew: makes one virtual environment per version below in a temporary folder. Needs
# python3.6 ... python3.12 on the PATH, and Debian's node-cookie-signature, node-client-sessions and
# libmojolicious-perl. Nonces and keys are random, so that the diff is larger than what changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 NODE_PATH=/usr/share/nodejs

environment() { # name python package...
  name=$1 python=$2
  shift 2
  "$python" -m venv "$work/$name"
  "$work/$name/bin/pip" install -q "$@"
}

environment django1.11 python3.6 Django==1.11.29
environment django2.2 python3.8 Django==2.2.28
environment django3.2 python3.9 Django==3.2.25
environment django4.2 python3.9 Django==4.2.30
environment django5.2 python3.12 Django==5.2.19
environment old python3.8 Werkzeug==0.16.1 itsdangerous==1.1.0 bottle==0.12.25 pyramid==1.10.8
environment new python3.11 tornado==6.6.1 bottle==0.13.4 Beaker==1.14.1 pyramid==2.1 PyJWT==2.15.1 \
  jwcrypto==1.6.1 aiohttp-session==2.12.1 aiohttp==3.14.5 litestar==2.25.0 PyNaCl==1.6.2 \
  cryptography==50.0.2

cd "$here"
{
  for version in 1.11 2.2 3.2 4.2 5.2; do
    "$work/django$version/bin/python" -W ignore cookies_django.py
  done
  "$work/old/bin/python" -W ignore cookies_python.py old
  "$work/new/bin/python" -W ignore cookies_python.py new
  node --no-deprecation cookies_node.js
  perl cookies_mojolicious.pl
  "$work/new/bin/python" cookies_specified.py
} >"$work/lines"
python3 cookies_manifest.py ../cookies <"$work/lines"
