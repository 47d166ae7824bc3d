// Writes Tests/Fixtures/node: what session libraries for Node.js store, from their documented shapes, by JSON.stringify as
// they all do.
//
//     node node_stores.js FOLDER
//
// The libraries' sources say the members and their order: express-session's session/cookie.js, connect-redis' index.ts,
// @fastify/session's lib/cookie.js, koa-generic-session's and koa-session's lib, catbox-redis' lib, AdonisJS'
// @poppinss/utils MessageBuilder, next-auth's adapter-upstash-redis, better-auth's internal-adapter.ts.
"use strict";
const fs = require("fs");
const path = require("path");

const folder = process.argv[2];
const now = 1700000000000;
const day = 86400000;
const payloads = [];
fs.mkdirSync(folder, { recursive: true });

const shop = {
  cart: [{ sku: "TEA-0042", title: "Grüner Tee 緑茶", qty: 2, price: 12.9 }],
  newsletter: null,
  // What JavaScript can say and JSON cannot is gone or a text: undefined, a date, NaN.
  draft: undefined,
  seen: new Date(now),
  ratio: NaN,
};
const shopAsJSON = {
  cart: [{ sku: "TEA-0042", title: "Grüner Tee 緑茶", qty: 2, price: 12.9 }],
  newsletter: null,
  seen: "2023-11-14T22:13:20.000Z",
  ratio: null,
};

function add(name, store, version, key, value, expected, framework, more) {
  const text = (more && more.text) || JSON.stringify(value);
  fs.writeFileSync(path.join(folder, name + ".json"), text);
  fs.writeFileSync(path.join(folder, name + ".plain.json"), JSON.stringify(expected) + "\n");
  payloads.push({
    file: name + ".json", store, version, serializer: "JSON", compressor: "none", made: "specification", key,
    chain: (more && more.chain) || "JSON", framework, json: name + ".plain.json",
  });
}

const id = "AbCdEfGhIjKlMnOpQrStUvWxYz012345";
const uuid = "5f0c1d2e-3b4a-4c5d-8e6f-7a8b9c0d1e2f";
const cookie = { originalMaxAge: day, expires: new Date(now + day), secure: true, httpOnly: true, path: "/", sameSite: "lax" };
const cookieAsJSON = Object.assign({}, cookie, { expires: "2023-11-15T22:13:20.000Z" });

add("express-passport", "connect-redis", "9.0 (express-session 1.18, Passport 0.7)", "sess:" + id,
  Object.assign({ cookie, passport: { user: "42" }, flash: { info: ["Saved."], error: ["Try again.", "No."] } }, shop),
  Object.assign({ cookie: cookieAsJSON, passport: { user: "42" }, flash: { info: ["Saved."], error: ["Try again.", "No."] } }, shopAsJSON),
  "Express");
const browser = { originalMaxAge: null, expires: null, httpOnly: true, path: "/" };
add("express-browser", "connect-redis", "6.1 (express-session 1.17, csurf 1.11)", "sess:" + id,
  { cookie: browser, csrfSecret: "mZ0bIyu2p1P8cK5hVfwqTg", userId: 42 },
  { cookie: browser, csrfSecret: "mZ0bIyu2p1P8cK5hVfwqTg", userId: 42 }, "Express");
const fastify = { path: "/", httpOnly: true, secure: "auto", expires: new Date(now + day), originalMaxAge: day,
  originalExpires: null, sameSite: "lax", domain: null, partitioned: false };
add("fastify-session", "@fastify/session", "11.1", "sess:" + id,
  { cookie: fastify, user: { id: 42, name: "Ada" } },
  { cookie: Object.assign({}, fastify, { expires: "2023-11-15T22:13:20.000Z" }), user: { id: 42, name: "Ada" } },
  "Fastify");
const koaCookie = { path: "/", httpOnly: true, maxAge: day, overwrite: true, signed: true };
add("koa-generic-session", "koa-generic-session", "2.3 (koa-redis 4.0)", "koa:sess:" + id,
  { cookie: koaCookie, user_id: 42 }, { cookie: koaCookie, user_id: 42 }, "koa-generic-session");
add("koa-session", "koa-session", "7.0 (external store)", uuid,
  { user_id: 42, views: 3, _expire: now + day, _maxAge: day },
  { user_id: 42, views: 3, _expire: 1700086400000, _maxAge: 86400000 }, "koa-session");
add("yar", "@hapi/yar", "11.0 (catbox-redis 7.0)", "hapi-cache:_yar:" + uuid,
  { item: { user_id: 42, _flash: { info: ["Saved."] } }, stored: now, ttl: day },
  { item: { user_id: 42, _flash: { info: ["Saved."] } }, stored: 1700000000000, ttl: 86400000 }, "hapi");
add("adonis", "@adonisjs/session", "7.5 (redis store)", "clp1zq5k70000v8l4h2x3y9ab",
  { message: { auth_web: 42, __flash__: { success: "Saved." } }, purpose: "clp1zq5k70000v8l4h2x3y9ab" },
  { message: { auth_web: 42, __flash__: { success: "Saved." } }, purpose: "clp1zq5k70000v8l4h2x3y9ab" }, "AdonisJS");
add("authjs-upstash", "@auth/upstash-redis-adapter", "2.10", "user:session:" + uuid,
  { sessionToken: uuid, userId: "42", expires: new Date(now + 30 * day) },
  { sessionToken: uuid, userId: "42", expires: "2023-12-14T22:13:20.000Z" }, "Auth.js");
add("better-auth", "Better Auth secondaryStorage", "1.3", "q2Jv0WmT7ysXl4nKc8dRfPbZ3hGtUe5i",
  { session: { id: "s1", userId: "u42", token: "q2Jv0WmT7ysXl4nKc8dRfPbZ3hGtUe5i", expiresAt: new Date(now + 7 * day),
    createdAt: new Date(now - day), updatedAt: new Date(now), ipAddress: "192.0.2.7", userAgent: "curl/8.4.0" },
  user: { id: "u42", name: "Ada", email: "ada@example.org", emailVerified: true, image: null } },
  { session: { id: "s1", userId: "u42", token: "q2Jv0WmT7ysXl4nKc8dRfPbZ3hGtUe5i", expiresAt: "2023-11-21T22:13:20.000Z",
    createdAt: "2023-11-13T22:13:20.000Z", updatedAt: "2023-11-14T22:13:20.000Z", ipAddress: "192.0.2.7", userAgent: "curl/8.4.0" },
  user: { id: "u42", name: "Ada", email: "ada@example.org", emailVerified: true, image: null } }, "Better Auth");
add("better-auth-list", "Better Auth secondaryStorage", "1.3 (a user's sessions)", "active-sessions-u42",
  [{ token: "q2Jv0WmT7ysXl4nKc8dRfPbZ3hGtUe5i", expiresAt: now + 7 * day }],
  [{ token: "q2Jv0WmT7ysXl4nKc8dRfPbZ3hGtUe5i", expiresAt: 1700604800000 }], "Better Auth");
add("hono-sessions", "hono-sessions", "0.7", "session:" + uuid,
  { _data: { user_id: { value: 42, flash: false }, info: { value: "Saved.", flash: true } },
    _expire: new Date(now + day), _delete: false, _accessed: new Date(now) },
  { _data: { user_id: { value: 42, flash: false }, info: { value: "Saved.", flash: true } },
    _expire: "2023-11-15T22:13:20.000Z", _delete: false, _accessed: "2023-11-14T22:13:20.000Z" }, "hono-sessions");
add("remix", "React Router createSessionStorage", "7.9", "session:" + uuid,
  { userId: "42", "__flash_success__": "Saved." }, { userId: "42", "__flash_success__": "Saved." }, "Remix");
add("json-twice", "a store that was given text", "JSON.stringify twice", "sess:" + id, null,
  Object.assign({ cookie: browser }, { userId: 42 }), "Express",
  { text: JSON.stringify(JSON.stringify({ cookie: browser, userId: 42 })), chain: "JSON > JSON" });

fs.writeFileSync(path.join(folder, "manifest.json"), JSON.stringify({ payloads }, null, 1) + "\n");
