-- What a user has stored lately, of all gateways and rooms: a hash of the window's end and messages in it, the day and bytes on it.
local DAY = 86400000
local spendNow

-- As it counts now.
local function readSpent(key, windowMs)
  local sec, usec = redisTime()
  spendNow = sec * 1000 + math.floor(usec / 1000)
  local today = math.floor(spendNow / DAY)
  local known = redis.call('HMGET', key, 'until', 'messages', 'day', 'bytes')
  local spent = {
    ends = tonumber(known[1] or '0'),
    messages = tonumber(known[2] or '0'),
    bytes = tonumber(known[4] or '0'),
    day = today,
  }
  if spendNow >= spent.ends or spent.ends > spendNow + windowMs then
    spent.ends, spent.messages, spent.isNewWindow = spendNow + windowMs, 0, true
  end
  if tonumber(known[3] or '-1') ~= today then
    spent.bytes, spent.isNewDay = 0, true
  end
  return spent
end

-- What one more message would exceed ('messages' or 'bytes'), and the ms until it would not; nil: nothing
-- limits: messages a window, bytes a day (0: any number)
local function exceeds(spent, size, perWindow, perDay)
  if spent.messages >= perWindow then
    return 'messages', spent.ends - spendNow
  end
  if perDay > 0 and spent.bytes + size > perDay then
    return 'bytes', (spent.day + 1) * DAY - spendNow
  end
end

local function countIn(spent, size)
  spent.messages, spent.bytes, spent.isMore = spent.messages + 1, spent.bytes + size, true
end

local function writeSpent(key, spent)
  if not spent.isMore then
    return
  end
  local messages, bytes = string.format('%d', spent.messages), string.format('%d', spent.bytes)
  if not spent.isNewWindow and not spent.isNewDay then
    redis.call('HSET', key, 'messages', messages, 'bytes', bytes)
    return
  end
  redis.call('HSET', key, 'until', string.format('%d', spent.ends), 'messages', messages,
    'day', string.format('%d', spent.day), 'bytes', bytes)
  if spent.isNewDay then
    redis.call('PEXPIRE', key, 2 * DAY)
  end
end

-- Counts a message in, unless that is too much: as `exceeds`.
local function spend(key, size, perWindow, windowMs, perDay)
  local spent = readSpent(key, windowMs)
  local exceeded, wait = exceeds(spent, size, perWindow, perDay)
  if exceeded then
    return exceeded, wait
  end
  countIn(spent, size)
  writeSpent(key, spent)
end
