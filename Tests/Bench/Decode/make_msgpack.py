"""Writes sessions as Flask-Session stores them in MessagePack, each behind its length in 4 bytes.

    python make_msgpack.py FILE [COUNT]
"""
import random
import struct
import sys

import msgpack

WORDS = "blue green large small shirt mug lamp book pen bag Größe café".split()


def session(number, pick):
    user = pick.randrange(10**6)
    return {
        "_permanent": True,
        "_flashes": [("message", "Welcome back, user %d" % user)] if number % 3 == 0 else [],
        "_fresh": True,
        "_id": "%0128x" % pick.getrandbits(512),
        "_user_id": str(user),
        "csrf_token": "%040x" % pick.getrandbits(160),
        "role": pick.choice(["admin", "editor", "customer"]),
        "cart": [
            {
                "sku": "%s-%04d" % (pick.choice(WORDS), pick.randrange(10**4)),
                "count": pick.randrange(1, 9),
                "price": pick.randrange(100, 99999) / 100,
            }
            for _ in range(1 + number % 3)
        ],
        "seen": 1767225600 + pick.randrange(10**7),
        "coupon": None,
    }


def main():
    pick = random.Random(4711)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    total = 0
    with open(sys.argv[1], "wb") as output:
        for number in range(count):
            payload = msgpack.packb(session(number, pick))
            total += len(payload)
            output.write(struct.pack("<I", len(payload)) + payload)
    print("%d payloads of %d bytes on average" % (count, total // count))


if __name__ == "__main__":
    main()
