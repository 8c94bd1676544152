-- What a user has stored lately, of all gateways and rooms: a hash of the window's end and messages in it, the day and bytes on it.
local DAY = 86400000

-- Counts a message in, unless that is too much.
-- limits: messages a window, ms of a window, bytes a day (0: any number)
-- returns nil, or what is exceeded ('messages' or 'bytes') and the ms until it is not
local function spend(key, size, perWindow, windowMs, perDay)
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local today = math.floor(now / DAY)
  local known = redis.call('HMGET', key, 'until', 'messages', 'day', 'bytes')
  local ends, messages, bytes = tonumber(known[1] or '0'), tonumber(known[2] or '0'), tonumber(known[4] or '0')
  if now >= ends or ends > now + windowMs then
    ends, messages = now + windowMs, 0
  end
  local isNewDay = tonumber(known[3] or '-1') ~= today
  if isNewDay then
    bytes = 0
  end
  if messages >= perWindow then
    return 'messages', ends - now
  end
  if perDay > 0 and bytes + size > perDay then
    return 'bytes', (today + 1) * DAY - now
  end
  redis.call('HSET', key, 'until', string.format('%d', ends), 'messages', string.format('%d', messages + 1),
    'day', string.format('%d', today), 'bytes', string.format('%d', bytes + size))
  if isNewDay then
    redis.call('PEXPIRE', key, 2 * DAY)
  end
end
