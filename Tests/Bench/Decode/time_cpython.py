"""Times pickle.loads and orjson.dumps on the payloads of make_sessions.py, as ../decode-bench does.

    python time_cpython.py FILE [ROUNDS]
"""
import pickle
import struct
import sys
import time

import orjson


def payloads(path):
    with open(path, "rb") as file:
        data = file.read()
    result, at = [], 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        result.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return result


def main():
    everything = payloads(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    loads, dumps, clock = pickle.loads, orjson.dumps, time.perf_counter_ns
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
