"""What a Python developer writes to see every session as JSON lines: SCAN, pipelined GETs, pickle.loads, orjson.dumps.

python decode_python.py SOCKET
"""
import pickle
import sys

import orjson
import redis

store = redis.Redis(unix_socket_path=sys.argv[1])
write = sys.stdout.buffer.write
cursor = None
while cursor != 0:
    cursor, keys = store.scan(cursor or 0, match="session:*", count=1000)
    pipeline = store.pipeline(transaction=False)
    for key in keys:
        pipeline.get(key)
    write(b"".join(orjson.dumps(pickle.loads(value)) + b"\n" for value in pipeline.execute()))
