"""Times msgpack.unpackb and json.dumps or orjson.dumps on the payloads of make_msgpack.py, as decode-bench does.

    python time_msgpack.py FILE [ROUNDS] [json|orjson]
"""
import json
import sys
import time

import msgpack
import orjson

from time_cpython import payloads


def main():
    everything = payloads(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    loads, clock = msgpack.unpackb, time.perf_counter_ns
    dumps = json.dumps if sys.argv[3:] == ["json"] else orjson.dumps
    best, size = None, 0
    for _ in range(rounds):
        size = 0
        start = clock()
        for payload in everything:
            size += len(dumps(loads(payload)))
        spent = clock() - start
        best = spent if best is None else min(best, spent)
    print("%d ns per payload, %d payloads, %d bytes of JSON" % (best // len(everything), len(everything), size))


if __name__ == "__main__":
    main()
