-- What somebody is in a named room: members hash, roster, clock and news.
local ROLES = { m = 'member', a = 'admin', o = 'owner' }

-- Makes somebody this in the room; 'x': banned, false: nothing. Tells it, unless nobody sees a difference.
-- name: as rosters have it   Gives the rev, or nil
local function become(members, roster, head, changes, kept, roomId, userId, name, role, channel, serverId, span)
  local before, entry = redis.call('HGET', members, userId), name .. '\0' .. userId
  if before then
    redis.call('ZREM', roster, '*' .. entry, before .. entry)
  end
  if role then
    redis.call('HSET', members, userId, role)
    if role ~= 'x' then
      redis.call('ZADD', roster, 0, '*' .. entry)
    end
    if role ~= 'm' then
      redis.call('ZADD', roster, 0, role .. entry)
    end
  else
    redis.call('HDEL', members, userId)
  end
  if rankOf(before) == 0 and rankOf(role) == 0 then
    return
  end
  local word = rankOf(role) > 0 and '"' .. (ROLES[role] or 'member') .. '"' or 'null'
  return tellChange(head, changes, kept, roomId, 'u' .. userId, function()
    return '"member":{"userId":"' .. userId .. '","role":' .. word .. '}'
  end, channel, serverId, span)
end

-- How many are in a room.
local function countMembers(members, roster)
  return redis.call('HLEN', members) - redis.call('ZLEXCOUNT', roster, '[x', '(y')
end
