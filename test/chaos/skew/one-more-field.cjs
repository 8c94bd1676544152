// Loaded into a process before its own code (node -r): a later version of it, which adds a field that nobody declares to every
// message, envelope, reply, request and event between processes, and to every acknowledgement, event and answer to clients.
const fs = require('node:fs');
const { createRequire } = require('node:module');

const LATER = { of: [1.5, null, '"},"data":{'], named: 'later' };
const LUA_LATER = '"later":{"of":[1.5,null,"x"],"named":"later"}';

/** The value with one more field in each of its objects. What is sealed is bound to all that stands beside it. */
function withMore(value) {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  const isBound = typeof value.sealed === 'string' || fields.some(([, field]) => typeof field?.sealed === 'string');
  const more = Object.fromEntries(fields.map(([name, field]) => [name, withMore(field)]));
  return isBound ? value : { ...more, later: LATER };
}

/** JSON with more fields; anything else as it is. */
function moreJson(text) {
  if (typeof text !== 'string' || !/^[[{]/.test(text)) return text;
  try {
    return JSON.stringify(withMore(JSON.parse(text)));
  } catch {
    return text;
  }
}

/** Answers that are passed on as text: `=id json`, one a line. */
const moreReplies = (text) =>
  typeof text === 'string' && text.startsWith('=')
    ? text.replace(/^(=\S+ )(.*)$/gm, (_, id, json) => id + moreJson(json))
    : moreJson(text);

const read = fs.readFileSync;
fs.readFileSync = (file, ...rest) => {
  const text = read(file, ...rest);
  if (typeof text !== 'string' || !/\.lua$/.test(String(file))) return text;
  // Envelopes and what is in them; then messages as they are stored.
  const more = text
    .replaceAll('"data":', `${LUA_LATER},"data":`)
    .replaceAll('"online":', `${LUA_LATER},"online":`)
    .replaceAll(`.. message.clientId .. '"}'`, `.. message.clientId .. '",${LUA_LATER}}'`);
  if (/5-place\.lua$/.test(String(file)) && !more.includes(`clientId .. '",${LUA_LATER}`))
    throw new Error('5-place.lua is another one');
  return more;
};

const fromHere = createRequire(`${process.cwd()}/package.json`);
const { Command } = fromHere('ioredis');
const write = Command.prototype.toWritable;
const SAID = new Set(['publish', 'spublish', 'evalsha', 'eval', 'xadd']);
Command.prototype.toWritable = function (...rest) {
  if (SAID.has(this.name) && !this.isLater) {
    this.isLater = true;
    this.args = this.args.map(moreReplies);
  }
  return write.apply(this, rest);
};

const { Encoder } = createRequire(fromHere.resolve('socket.io'))('socket.io-parser');
const encode = Encoder.prototype.encode;
const [EVENT, ACK] = [2, 3];
Encoder.prototype.encode = function (packet) {
  return encode.call(
    this,
    packet.type === EVENT || packet.type === ACK ? { ...packet, data: withMore(packet.data) } : packet,
  );
};

const express = createRequire(fromHere.resolve('@nestjs/platform-express'))('express');
const send = express.response.send;
express.response.send = function (body) {
  return send.call(this, /json/.test(String(this.get('content-type'))) ? moreJson(body) : body);
};
