-- The card of a named room as JSON.
-- info: {room:{id}}:info
local function cardJson(info, roomId, rev)
  local card = redis.call('HMGET', info, 'name', 'visibility', 'topic', 'purpose', 'posting', 'createdBy', 'createdAt', 'archivedAt')
  return '{"id":"' .. roomId .. '","name":' .. cjson.encode(card[1] or roomId)
    .. ',"visibility":"' .. (card[2] or 'private') .. '","topic":' .. cjson.encode(card[3] or '')
    .. ',"purpose":' .. cjson.encode(card[4] or '') .. ',"posting":"' .. (card[5] or 'all')
    .. '","createdBy":' .. (card[6] and '"' .. card[6] .. '"' or 'null') .. ',"createdAt":' .. (card[7] or 'null')
    .. ',"archivedAt":' .. (card[8] or 'null') .. ',"rev":' .. rev .. '}'
end

-- A room has another card: the clock, the news, and that it is to be known elsewhere.
local function tellCard(info, head, changes, todo, kept, roomId, channel, serverId, span)
  local rev = tellChange(head, changes, kept, roomId, 'room', function(at)
    return '"room":' .. cardJson(info, roomId, at)
  end, channel, serverId, span)
  redis.call('HSET', info, 'rev', rev)
  redis.call('HSET', todo, 'room', rev)
end

local function nowMs()
  local now = redis.call('TIME')
  return string.format('%d', now[1] * 1000 + math.floor(now[2] / 1000))
end
