-- What was stored under the same client id before is answered as it is now.
local ids
-- by key of its client id, what is stored now
local now = {}

local function answer(message, listed)
  return { 'repeated', message.json, room.isDirect and listed == message.seq and 1 or 0 }
end

checks[#checks + 1] = function(message)
  ids = ids or redis.call('MGET', unpack(KEYS, 5, 4 + count))
  local before, id = now[message.sent], ids[message.place]
  if before then
    return answer(before, before.unlisted and before.seq)
  elseif not id then
    return nil
  end
  local seq = string.match(id, '%-(%d+)%-%d+$')
  local member = findOurs(room.key, seq, scoreOf(id))
  return member and answer({ seq = seq, json = withId(id, member) }, redis.call('HGET', room.head, 'listed'))
end

changes[#changes + 1] = function(message)
  now[message.sent] = message
end

writes[#writes + 1] = function()
  for sent, message in pairs(now) do
    redis.call('SET', sent, message.id, 'PX', ARGV[3])
  end
end
