-- Redis' time, read once in a script: seconds and microseconds.
local timeRead
local function redisTime()
  if not timeRead then
    local time = redis.call('TIME')
    timeRead = { tonumber(time[1]), tonumber(time[2]) }
  end
  return timeRead[1], timeRead[2]
end
