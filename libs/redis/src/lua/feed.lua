-- Something of a room that is no message has another state: the next rev, what changed, and the news.
-- head: {room:{id}}:head   changes: {room:{id}}:changes   kept: how many changes are kept
-- stateOf: gives the news' field and its state as JSON, of the rev
-- Gives the rev.
local function tellChange(head, changes, kept, roomId, entity, stateOf, channel, serverId, span)
  local fields = redis.call('HMGET', head, 'seq', 'rev')
  local rev = string.format('%d', revOf(fields[1], fields[2]) + 1)
  redis.call('HSET', head, 'rev', rev)
  redis.call('ZADD', changes, rev, entity)
  local surplus = redis.call('ZCARD', changes) - tonumber(kept)
  if surplus > 0 then
    local dropped = redis.call('ZRANGE', changes, surplus - 1, surplus - 1, 'WITHSCORES')
    redis.call('HSET', head, 'floor', dropped[2])
    redis.call('ZREMRANGEBYRANK', changes, 0, surplus - 1)
  end
  announce(channel, serverId, span, 'changed', '{"room":"' .. roomId .. '"}', '{"roomId":"' .. roomId .. '","rev":' .. rev
    .. ',"entity":"' .. entity .. '",' .. stateOf(rev) .. '}')
  return rev
end
