#!/bin/sh
# Writes Tests/Fixtures/{flask,msgpack,layers,hostile} anew: makes one virtual environment per version below in a temporary
# folder, and starts a redis-server of its own there. Needs python2.7, python3.6 ... python3.12 and
# redis-server on the PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fixtures=$(dirname "$here")
work=$(mktemp -d)
export PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1

redis-server --port 0 --unixsocket "$work/redis.sock" --save '' --dir "$work" >"$work/redis.log" &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT
mkdir -p "$fixtures/flask"

environment() { # name python package...
  name=$1 python=$2
  shift 2
  if [ "$python" = python2.7 ]; then
    python3.8 -m venv "$work/virtualenv"
    "$work/virtualenv/bin/pip" install -q 'virtualenv<20.22'
    "$work/virtualenv/bin/virtualenv" -q -p "$python" "$work/$name"
  else
    "$python" -m venv "$work/$name"
  fi
  "$work/$name/bin/pip" install -q "$@"
}

sessions() { # environment name id [serialization]
  environment=$1
  shift
  (cd "$here" && "$work/$environment/bin/python" -W ignore flask_sessions.py \
    "$work/redis.sock" "$fixtures/flask" "$@")
}

cookies() { # environment name
  (cd "$here" && "$work/$1/bin/python" -W ignore flask_cookies.py "$fixtures/flask" "$2")
}

flask1='Flask==1.1.4 Werkzeug==1.0.1 itsdangerous==1.1.0 Jinja2==2.11.3 MarkupSafe==1.1.1'
environment fs03py2 python2.7 $flask1 Flask-Session==0.3.2 'redis<4'
environment fs03 python3.7 $flask1 Flask-Session==0.3.2 'redis<4'
environment fs05 python3.9 Flask==2.2.5 Werkzeug==2.2.3 Flask-Session==0.5.0 'redis<5'
environment fs06 python3.11 Flask==3.0.3 Flask-Session==0.6.0 'redis<6'
environment fs08 python3.12 Flask==3.1.2 Flask-Session==0.8.0 'redis<6' itsdangerous==2.2.0 \
  msgspec==0.22.0 msgpack==1.2.4 starlette==1.10.0 httpx
environment its024 python3.6 Flask==0.12.5 Werkzeug==0.16.1 itsdangerous==0.24 Jinja2==2.11.3 \
  MarkupSafe==1.1.1
environment its2 python3.8 Flask==2.0.3 Werkzeug==2.0.3 itsdangerous==2.0.1 Jinja2==3.0.3

# The last characters of an id name the version; flask_manifest.py knows them too.
uuid=3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e
token=q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe5iAoQw1N
sessions fs03py2 0.3.2-py2.7 ${uuid}0271
sessions fs03 0.3.2-py3.7 ${uuid}0371
sessions fs05 0.5.0-py3.9 ${uuid}0391
sessions fs06 0.6.0-py3.11 ${token}060
sessions fs08 0.8.0-py3.12 ${token}080
sessions fs08 0.8.0-py3.12-json ${token}084 json
cookies its024 0.12.5-itsdangerous-0.24
cookies fs03 1.1.4-itsdangerous-1.1.0
cookies its2 2.0.3-itsdangerous-2.0.1
cookies fs08 3.1.2-itsdangerous-2.2.0
cd "$here"
"$work/fs08/bin/python" -W ignore starlette_cookies.py "$fixtures/flask" 1.10.0
"$work/fs08/bin/python" flask_manifest.py "$fixtures/flask"
"$work/fs08/bin/python" msgpack_values.py "$fixtures"
"$work/fs08/bin/python" hostile.py "$fixtures"
