-- A user's list of rooms changes: its version grows, and the gateways are told in the same moment.
-- list: user:{id}:rooms   version: {user:{id}:rooms}:version   isIn: whether the room is to be in it
-- isNews: tell in any case, as what the user is in the room has changed
-- rev: of that change in the room, where it was another script
-- Gives whether anything changed.
local function relist(list, version, roomId, userId, isIn, isNews, channel, serverId, span, rev)
  local changed = redis.call(isIn and 'SADD' or 'SREM', list, roomId)
  if changed == 0 and not isNews then
    return false
  end
  local v = string.format('%d', redis.call('INCR', version))
  announce(channel, serverId, span, 'membership.changed', '{"user":"' .. userId .. '"}', '{"userId":"' .. userId .. '","roomId":"' .. roomId
    .. '","member":' .. tostring(isIn) .. ',"version":' .. v .. (rev and ',"rev":' .. rev or '') .. '}')
  return true
end
