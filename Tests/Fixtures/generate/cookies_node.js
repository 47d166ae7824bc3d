// Prints cookies of Node's libraries as Debian packages them. NODE_PATH=/usr/share/nodejs node cookies_node.js
const NOW = 1700000000000
Date.now = () => NOW
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...given) { super(...(given.length ? given : [NOW])) }
}
process.removeAllListeners('warning')
const SECRET = 'sesscli-test-key-of-the-fixtures'
const SESSION = { user_id: 42, name: 'Ada L\u00f6we', roles: ['admin', 'editor'], csrf: 'f6b1c0de' }
const signature = require('cookie-signature')
const sessions = require('client-sessions')
const version = (name) => require(name + '/package.json').version

function emit(name, value, store, library, serializer, chain, cookie, json) {
  console.log(JSON.stringify({
    name, value, store, version: library, serializer, chain, made: 'real', cookie,
    secrets: [SECRET], json,
  }))
}

const id = 'q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe'
emit('express', 's:' + signature.sign(id, SECRET), 'express-session',
  'cookie-signature ' + version('cookie-signature'), 'text', 'Express cookie > text', 'connect.sid', id)
emit('express-json', 's:' + signature.sign('j:' + JSON.stringify(SESSION), SECRET),
  'cookie-parser, signed JSON', 'cookie-signature ' + version('cookie-signature'), 'JSON',
  'Express cookie > j > JSON', 'prefs', SESSION)
emit('fastify', signature.sign(id, SECRET), '@fastify/session',
  'cookie-signature ' + version('cookie-signature'), 'text', 'signed id > text', 'sessionId', id)
emit('client-sessions',
  sessions.util.encode({ cookieName: 'session', secret: SECRET }, SESSION, 86400000, NOW),
  'client-sessions', version('client-sessions'), 'JSON', 'client sessions > JSON', 'session', SESSION)
