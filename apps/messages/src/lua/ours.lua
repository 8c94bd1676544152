-- Messages of ours as they lie in a room: `{"seq":N,` or `{"seq":N,"rev":R,` and what follows. The id is not stored.

-- The id's score in the room.
local function scoreOf(id)
  local sec, usec = string.match(id, '%-(%d+)(%d%d%d%d%d%d)$')
  return sec and sec .. '.' .. usec
end

-- The message of a seq and score. Of one score it sorts behind all that servers of the demo write.
local function findOurs(room, seq, score)
  local prefix = '{"seq":' .. seq .. ','
  for _, member in ipairs(redis.call('ZREVRANGEBYSCORE', room, score, score, 'LIMIT', 0, 64)) do
    if string.sub(member, 1, #prefix) == prefix then
      return member
    end
  end
end

local function withId(id, member)
  return '{"id":"' .. id .. '",' .. string.sub(member, 2)
end
