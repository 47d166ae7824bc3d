#!/bin/sh
# Writes Tests/Fixtures/{django,python} anew: makes one virtual environment per line below in a temporary folder, and starts
# a redis-server of its own there. Needs python2.7 (with virtualenv), python3.7 ... python3.13 and redis-server on the PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fixtures=$(dirname "$here")
work=$(mktemp -d)
export PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1

redis-server --port 0 --unixsocket "$work/redis.sock" --save '' --dir "$work" >"$work/redis.log" &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT
rm -rf "$fixtures/django" "$fixtures/python"

environment() { # name python package...
  name=$1 python=$2
  shift 2
  if [ "$python" = python2.7 ]; then
    "$python" -m virtualenv -q "$work/$name"
  else
    "$python" -m venv "$work/$name"
  fi
  "$work/$name/bin/pip" install -q "$@"
}

django() { # environment
  (cd "$here" && "$work/$1/bin/python" -W ignore django_sessions.py "$work/redis.sock" "$fixtures/django")
}

stores() { # environment function...
  environment=$1
  shift
  (cd "$here" && "$work/$environment/bin/python" -W ignore python_stores.py "$work/redis.sock" \
    "$fixtures/python" "$@")
}

environment dj111 python2.7 Django==1.11.29 django-redis==4.10.0 'redis<4' 'msgpack<0.7' lz4 \
  django-redis-sessions==0.6.2
environment dj22 python3.7 Django==2.2.28 django-redis==4.12.1 'redis<4' msgpack lz4 \
  django-redis-sessions==0.6.2 django-qsessions==1.1.3
environment dj32 python3.9 Django==3.2.25 django-redis==5.0.0 'redis<5' msgpack lz4 \
  django-redis-sessions==0.6.2
environment dj42 python3.11 Django==4.2.24 django-redis==5.4.0 'redis<6' msgpack lz4 pyzstd \
  django-redis-sessions==0.6.2 django-qsessions==1.1.5
environment dj52 python3.12 Django==5.2.7 django-redis==6.0.0 redis msgpack lz4 pyzstd \
  django-redis-sessions==0.6.2 django-qsessions
environment dj52b python3.13 Django==5.2.7 django-redis==7.0.0 redis msgpack lz4 pyzstd \
  django-qsessions
for name in dj111 dj22 dj32 dj42 dj52 dj52b; do django $name; done

environment web python3.12 starlette==1.10.0 httpx starsessions==2.2.1 redis aiohttp aiohttp-session==2.12.1 \
  litestar==2.25.0 beaker==1.14.1 pyramid==2.1 pyramid_session_redis==1.8.1 web.py==0.76 bottle==0.13.4 \
  bottle-session==1.0 celery==5.7.0 msgpack rq==3.0.0
environment sanic python3.12 sanic==25.12.1 sanic-session==0.8.0 redis
environment quart python3.12 quart==0.22.0 quart-session==3.0.0 redis
environment flask python3.12 flask==3.1.3 flask-session==0.8.0 'redis<6'
environment old python3.9 'flask<2.3' 'werkzeug<2.1' flask-kvsession==0.6.2 simplekv==0.14.1 \
  flask-sessionstore==0.4.5 'redis<4' 'pyramid<2' pyramid_redis_sessions==1.0.1
stores web starsessions aiohttp_session litestar beaker pyramid_redis webpy bottle_session celery rq
stores sanic sanic_session
stores quart quart_session
stores flask ckan
stores old flask_kvsession flask_sessionstore pyramid_redis
