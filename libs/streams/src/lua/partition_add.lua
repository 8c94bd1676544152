--[[
Adds entries to partitions, to each only while a replica reads it, and not beyond what all may hold together.

Input:
  KEYS     of each partition: its stream, its owner (partition_hold.lua)
  ARGV[1]  how many partitions there are
  ARGV[2]  entries that all streams of the service may hold together
  ARGV[3…] of each partition: what the other streams hold, -1: not known, -2: so little was added that nobody need look;
           how many entries; the requests of each (JSON array)
Output:
  of each partition how many entries were added, the rest was refused; or
  -1: nobody reads it; -2: it is so long that what the others hold has to be known
--]]
local count, max = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local keys = {}
for key = 2, #KEYS, 2 do
  keys[#keys + 1] = KEYS[key]
end
local owners = redis.call('MGET', unpack(keys))
local answers, at = {}, 3
for key = 1, #KEYS, 2 do
  local others, entries = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local ends, of = string.match(owners[key / 2 + 0.5] or '', '^(%d+) (%d+) ')
  local added
  if not ends or tonumber(ends) < now or tonumber(of) ~= count then
    added = -1
  elseif others == -2 then
    added = entries
  else
    local length = redis.call('XLEN', KEYS[key])
    -- as long as none holds more than its share, all together hold no more than they may
    if others < 0 and length + entries > max / (count + 1) then
      added = -2
    else
      added = math.max(0, math.min(entries, max - math.max(0, others) - length))
    end
  end
  for i = 1, added do
    redis.call('XADD', KEYS[key], '*', 'requests', ARGV[at + 1 + i])
  end
  answers[#answers + 1] = added
  at = at + 2 + entries
end
return answers
