"""Writes Tests/Fixtures/cookies from what the other scripts print.

    cat lines | python cookies_manifest.py FOLDER
"""
import json
import os
import sys

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
payloads = []
for line in sys.stdin:
    made = json.loads(line)
    with open(os.path.join(folder, made["name"] + ".cookie"), "w") as file:
        file.write(made["value"])
    payload = {"file": made["name"] + ".cookie", "store": made["store"], "version": made["version"],
               "serializer": made["serializer"], "compressor": "none", "made": made["made"],
               "cookie": made["cookie"], "secrets": made["secrets"]}
    if made["chain"]:
        payload["chain"] = made["chain"]
    if made["json"] is not None:
        payload["json"] = made["name"] + ".json"
        with open(os.path.join(folder, payload["json"]), "w") as file:
            json.dump(made["json"], file, ensure_ascii=False)
    payloads.append(payload)
with open(os.path.join(folder, "manifest.json"), "w") as file:
    lines = ",\n".join("  " + json.dumps(payload, ensure_ascii=False) for payload in payloads)
    file.write('{"payloads":[\n%s\n]}\n' % lines)
