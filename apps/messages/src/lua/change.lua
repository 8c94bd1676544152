-- A message of ours gets another state: what edit.lua and delete.lua have in common.
-- KEYS  1 room:{id}   2 {room:{id}}:head   3 {room:{id}}:members   4 {room:{id}}:changes   5 {room:{id}}:gone
--       6 {room:{id}}:info   7 {user:{id}}:spent   left out on a Cluster, where it lies in another slot (charge.lua)
-- ARGV  1 how the user stands in the room (may.lua)
--       2 room id   3 user id   4 seq   5 score of the message
--       6 channels (announce.lua)   7 server id   8 traceparent of the span that this is part of, or ''
--       9 changes kept   10 bytes that it counts as, -1: too much was stored, as was found before (on a Cluster)   11 writes a window   12 ms of a window   13 bytes a day, 0: any number
local room, head, members, changes, gone, info = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local roomId, userId, seq, score = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local id = roomId .. '-' .. seq .. '-' .. string.gsub(score, '%.', '')

-- where the text of a message ends that begins at a place
local function textEnd(member, from)
  while true do
    local at = string.find(member, '["\\]', from)
    if not at or string.sub(member, at, at) == '"' then
      return at
    end
    from = at + 2
  end
end

-- The message in its parts, or why the user may not change it: 'not_found', 'forbidden'.
-- action: 'edit' or 'delete'
local function ownMessage(action)
  local member = findOurs(room, seq, score)
  local mayRead = may('read', ARGV[1], members, userId)
  if not mayRead or not member then
    return nil, 'not_found'
  end
  local date = string.gsub(score, '%.', '%%.')
  local rev, from, at = string.match(member, '^{"seq":%d+,"rev":(%d+),"from":"(%d+)","date":' .. date .. ',"message":"()')
  if not rev then
    from, at = string.match(member, '^{"seq":%d+,"from":"(%d+)","date":' .. date .. ',"message":"()')
  end
  local last = at and textEnd(member, at)
  if not last then
    return nil, 'not_found'
  elseif not may(action, ARGV[1], members, userId, from, info) then
    return nil, 'forbidden'
  end
  local rest = string.sub(member, last + 1)
  return {
    stored = member,
    rev = rev or seq,
    text = string.sub(member, at - 1, last),
    rest = rest,
    isDeleted = string.find(rest, ',"deleted":{', 1, true) ~= nil,
  }
end

-- Stores the message's new state under the next rev and tells everybody. Gives it, or what its user has exceeded and until when.
-- text as JSON; rest: what stands behind it
local function change(message, fields, text, rest)
  if tonumber(ARGV[10]) < 0 then
    return nil, { 'exceeded' }
  elseif KEYS[7] then
    local exceeded, wait = spend(KEYS[7], tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13]))
    if exceeded then
      return nil, { exceeded, wait }
    end
  end
  local rev = string.format('%d', math.max(revOf(fields[1], fields[3]), tonumber(message.rev)) + 1)
  local state = '{"seq":' .. seq .. ',"rev":' .. rev .. ',"from":"' .. userId .. '","date":' .. score
    .. ',"message":' .. text .. rest
  redis.call('ZREM', room, message.stored)
  redis.call('ZADD', room, score, state)
  redis.call('HSET', head, 'rev', rev)

  local entity = 'm' .. seq .. ':' .. string.gsub(score, '%.', '')
  redis.call('ZADD', changes, rev, entity)
  local surplus = redis.call('ZCARD', changes) - tonumber(ARGV[9])
  if surplus > 0 then
    local dropped = redis.call('ZRANGE', changes, surplus - 1, surplus - 1, 'WITHSCORES')
    redis.call('HSET', head, 'floor', dropped[2])
    redis.call('ZREMRANGEBYRANK', changes, 0, surplus - 1)
  end

  local told = withId(id, state)
  announce(ARGV[6], ARGV[7], ARGV[8], 'changed', '{"room":"' .. roomId .. '"}', '{"roomId":"' .. roomId .. '","rev":' .. rev
    .. ',"entity":"' .. entity .. '","message":' .. told .. '}')
  return told
end

local function now(fields)
  return string.format('%d.%06d', timeAfter(dateParts(fields[2])))
end
