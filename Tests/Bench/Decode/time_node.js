// Times JSON.parse and JSON.stringify on the payloads of make_json.js, from bytes to bytes as decode-bench does.
//
//     node time_node.js FILE [ROUNDS]
'use strict';
const fs = require('fs');

const data = fs.readFileSync(process.argv[2]);
const rounds = Number(process.argv[3] || 10);
const payloads = [];
for (let at = 0; at < data.length; ) {
  const size = data.readUInt32LE(at);
  payloads.push(data.subarray(at + 4, at + 4 + size));
  at += 4 + size;
}
let best = null;
let size = 0;
for (let round = 0; round < rounds; round++) {
  size = 0;
  const start = process.hrtime.bigint();
  for (const payload of payloads) size += Buffer.from(JSON.stringify(JSON.parse(payload.toString()))).length;
  const spent = process.hrtime.bigint() - start;
  if (best === null || spent < best) best = spent;
}
console.log(`${best / BigInt(payloads.length)} ns per payload, ${payloads.length} payloads, ${size} bytes of JSON`);
