// Writes sessions as express-session stores them in JSON, each behind its length in 4 bytes.
//
//     node make_json.js FILE [COUNT]
'use strict';
const fs = require('fs');

const words = 'blue green large small shirt mug lamp book pen bag Größe café'.split(' ');
let state = 4711;
/** The same numbers on every run (mulberry32). */
function random(limit) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % limit;
}
const word = () => words[random(words.length)];

function session(number) {
  const user = random(1000000);
  const cart = [];
  for (let line = 0; line <= number % 3; line++) {
    cart.push({ sku: `${word()}-${random(10000)}`, title: `${word()} ${word()}`, count: 1 + random(8), price: (100 + random(99900)) / 100 });
  }
  return {
    cookie: { originalMaxAge: 86400000, expires: new Date(1767225600000 + random(1000000000)).toISOString(), secure: true, httpOnly: true, path: '/', sameSite: 'lax' },
    passport: { user: `${user}` }, csrfSecret: `${random(1 << 30)}${random(1 << 30)}`, cart, views: random(500), returnTo: `/shop/${word()}?page=${random(20)}`,
    flash: number % 3 === 0 ? { success: [`Welcome back, user ${user}`] } : {}, lastSeen: 1767225600000 + random(1000000000), coupon: null,
  };
}

const count = Number(process.argv[3] || 20000);
const chunks = [];
let total = 0;
for (let number = 0; number < count; number++) {
  const payload = Buffer.from(JSON.stringify(session(number)));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(payload.length);
  total += payload.length;
  chunks.push(size, payload);
}
fs.writeFileSync(process.argv[2], Buffer.concat(chunks));
console.log(`${count} payloads of ${Math.floor(total / count)} bytes on average`);
