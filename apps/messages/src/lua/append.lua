--[[
Stores a message and announces it: member check, repeat check, place, time, all at once.

KEYS  1 room:{id}          2 {room:{id}}:head
      3 {room:{id}}:members 4 {room:{id}}:sent:{user}:{clientId}
      5 {user:{id}}:spent   left out on a Cluster, where it lies in another slot (charge.lua)
ARGV  1 kind: general, direct or named (what the id alone allows is checked by the caller)
      2 room id   3 user id   4 client id   5 text as JSON string   6 ms a repeat is recognised
      7 channel   8 server id 9 for a direct room: its show.room data as JSON, or '' (not asked yet)
      10 traceparent of the span that this is part of, or ''
      11 bytes that it counts as   12 messages a window   13 ms of a window   14 bytes a day, 0: any number
Output  {'stored', message JSON, 1 when the direct room may be in nobody's list: its first message, or its first of ours}
        {'repeated', message JSON, the same}
        {'forbidden'}
        {'messages' or 'bytes', ms}: its user stored too much lately; what is repeated does not count again
        {'names'}: this is a direct room's first message; call again with ARGV 9
Stored is the message without its id: room, seq and date make it up.
]]
-- include: spend
local room, head, members, sent = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local kind, roomId, userId, clientId, text = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local function withId(id, stored)
  return '{"id":"' .. id .. '",' .. string.sub(stored, 2)
end

if kind == 'named' and redis.call('HEXISTS', members, userId) == 0 then
  return { 'forbidden' }
end

local before = redis.call('GET', sent)
if before then
  local seq, sec, usec = string.match(before, '%-(%d+)%-(%d+)(%d%d%d%d%d%d)$')
  local score = sec .. '.' .. usec
  local prefix = '{"seq":' .. seq .. ','
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', room, score, score)) do
    if string.sub(member, 1, #prefix) == prefix then
      return { 'repeated', withId(before, member), (kind == 'direct' and redis.call('HGET', head, 'listed') == seq) and 1 or 0 }
    end
  end
end

local first = kind == 'direct' and redis.call('EXISTS', room) == 0
if first and ARGV[9] == '' then
  return { 'names' }
end

if KEYS[5] then
  local exceeded, wait = spend(KEYS[5], tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14]))
  if exceeded then
    return { exceeded, wait }
  end
end

local last = redis.call('HMGET', head, 'seq', 'date', 'listed')
local seq = tonumber(last[1] or '0') + 1
local now = redis.call('TIME')
local sec, usec = tonumber(now[1]), tonumber(now[2])
if last[2] then
  -- strictly increasing, whatever the clock does
  local lastSec, lastUsec = string.match(last[2], '^(%d+)%.(%d+)$')
  lastSec, lastUsec = tonumber(lastSec), tonumber(lastUsec)
  if sec < lastSec or (sec == lastSec and usec <= lastUsec) then
    sec, usec = lastSec, lastUsec + 1
    if usec == 1000000 then
      sec, usec = sec + 1, 0
    end
  end
end

-- built once as text: Lua's number formatting would drop digits
local date = string.format('%d.%06d', sec, usec)
local id = string.format('%s-%d-%d%06d', roomId, seq, sec, usec)
local stored = '{"seq":' .. string.format('%d', seq) .. ',"from":"' .. userId
  .. '","date":' .. date .. ',"message":' .. text .. ',"roomId":"' .. roomId
  .. '","clientId":"' .. clientId .. '"}'
local message = withId(id, stored)

redis.call('ZADD', room, date, stored)
redis.call('HSET', head, 'seq', string.format('%d', seq), 'date', date)
if seq == 1 then
  redis.call('HSET', head, 'first', date)
end
-- a demo server may have begun it, which puts it into no list
local unlisted = kind == 'direct' and not last[3]
if unlisted then
  redis.call('HSET', head, 'listed', string.format('%d', seq))
end
redis.call('SET', sent, id, 'PX', ARGV[6])

local span = ARGV[10] == '' and '' or ',"span":"' .. ARGV[10] .. '"'
-- what a gateway has to know stands before the data, which it does not read (relay/envelopes.ts)
local function announce(type, header, data)
  redis.call('PUBLISH', ARGV[7], '{"v":2,"serverId":"' .. ARGV[8] .. '","type":"' .. type .. '","to":' .. header .. span
    .. ',"data":' .. data .. '}')
end
if first then
  local a, b = string.match(roomId, '^(%d+):(%d+)$')
  announce('show.room', '{"user":["' .. a .. '","' .. b .. '"]}', ARGV[9])
end
announce('message', '{"room":"' .. roomId .. '"},"id":"' .. id .. '","seq":' .. string.format('%d', seq) .. ',"date":' .. date,
  message)

return { 'stored', message, unlisted and 1 or 0 }
