-- What everybody is told of who came or went (after announce.lua).

local function tell(channel, serverId, userId, name, online)
  announce(channel, serverId, '', online and 'user.connected' or 'user.disconnected', '"all"',
    '{"id":"' .. userId .. '","username":' .. cjson.encode(name) .. ',"online":' .. tostring(online) .. '}')
end

-- A user without a connection is offline from now on. online, names: the set of who is, the hash of what they are called
local function goOffline(channel, serverId, online, names, userId)
  if redis.call('SREM', online, userId) == 1 then
    local name = redis.call('HGET', names, userId) or ''
    redis.call('HDEL', names, userId)
    tell(channel, serverId, userId, name, false)
  end
end
