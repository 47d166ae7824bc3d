"""Makes Tests/Fixtures/magento: the hashes that Cm_RedisSession keeps for Magento, from what magento_sessions.php prints.

    php magento_sessions.php | python magento.py FOLDER

The sessions and :gz: are by PHP; the hash's other fields are as php-redis-session-abstract's Handler.php writes them; :lz: :sn: and
:l4: are by python-lzf, cramjam (snappy) and lz4 of PyPI, in the form of PHP's extensions of these names.
"""
import base64
import importlib.metadata as metadata
import json
import struct
import sys
from pathlib import Path

import cramjam
import lz4.block
import lzf


def main():
    folder = Path(sys.argv[1])
    made = json.load(sys.stdin)
    two, one = (base64.b64decode(made[name]["session"]) for name in ("magento2", "magento1"))
    fields = {"lock": "0", "pid": "", "writes": "17", "wait": "0", "req": "GET shop.example/checkout/cart/"}
    locked = fields | {"lock": "1", "pid": "web-1|4711", "writes": "3", "wait": "2"}
    # Like the sessions of PHP that are not compressed, what the extension cannot make smaller is stored as it is.
    bodies = {
        "magento2-gz": (b":gz:" + base64.b64decode(made["magento2"]["gz"]), f"zlib {made['zlib']}", "Cm gz > PHP session"),
        "magento2-lz": (b":lz:" + lzf.compress(two), f"python-lzf {metadata.version('python-lzf')}", "Cm lz > PHP session"),
        "magento2-sn": (b":sn:" + bytes(cramjam.snappy.compress_raw(two)), f"cramjam {cramjam.__version__}", "Cm sn > PHP session"),
        "magento2-l4": (b":l4:" + struct.pack("<I", len(two)) + lz4.block.compress(two, store_size=False), f"lz4 {lz4.__version__}", "Cm l4 > PHP session"),
        "magento1-plain": (one, "", "PHP session"),
    }
    payloads = []
    for name, (data, library, chain) in bodies.items():
        values = made[name[:8]]["values"]
        marks = locked if name == "magento2-lz" else fields
        # Fields are decoded each for itself: numbers are numbers..
        expected = {"data": values} | {key: int(text) if text.isdigit() else text for key, text in marks.items()}
        (folder / f"{name}.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")
        payloads.append({
            "fields": {key: value.hex() for key, value in {"data": data, **{k: v.encode() for k, v in marks.items()}}.items()},
            "store": "Magento 2, Cm_RedisSession" if name.startswith("magento2") else "Magento 1, Cm_RedisSession",
            "version": ", ".join(filter(None, [f"PHP {made['php'].split('-')[0]}", library])), "serializer": "php", "compressor": name.split("-")[1].replace("plain", "none"),
            "made": "specification", "key": f"sess_{'q8s3fhq2c1o0j7dgsn6bu1krnd'}", "chain": chain, "framework": f"Magento {name[7]}", "json": f"{name}.json"})
    (folder / "manifest.json").write_text(json.dumps({"payloads": payloads}, indent=1) + "\n")


if __name__ == "__main__":
    main()
