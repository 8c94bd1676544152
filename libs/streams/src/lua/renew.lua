--[[
Renews a reader's lease and its pending entries, and takes over what nobody holds: entries of readers that left
or whose lease is over, and entries that their reader stopped renewing (a stuck handler, a lost reply).

Taking over counts no delivery; the reader counts it when it begins the entry. So an entry that ends its process is known
for it, and those that waited beside it are not.

Input:
  KEYS[1]  stream
  KEYS[2]  leases: consumer -> end (ms, Redis' clock); 0: it left
  ARGV[1]  group
  ARGV[2]  consumer
  ARGV[3]  lease (ms)
  ARGV[4]  how many entries to take over at most
  ARGV[5]  1: may reclaim entries of lapsed leases: it held its own long enough (after an outage every lease is over)
  ARGV[6…] its pending entries
Output:
  { now (ms), 1 if the lease had been over or absent, { ids not pending for it any more }, { { id, fields, deliveries }… },
    ms until the first lease of another with entries pending is over; -1: there is none }
--]]
local stream, leases, group, me = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local lease, room, may_reclaim = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function ending(consumer)
  return tonumber(redis.call('ZSCORE', leases, consumer) or -1)
end

redis.call('XPENDING', stream, group) -- fails with NOGROUP before anything is written
local lapsed = ending(me) < now
redis.call('ZADD', leases, now + lease, me)

local lost = {}
for i = 6, #ARGV do
  if #redis.call('XPENDING', stream, group, ARGV[i], ARGV[i], 1, me) == 0 then
    lost[#lost + 1] = ARGV[i]
  else
    redis.call('XCLAIM', stream, group, me, 0, ARGV[i], 'JUSTID')
  end
end

local taken = {}
local function take(pending)
  for _, entry in ipairs(pending) do
    local id, deliveries = entry[1], entry[4]
    local claimed = redis.call('XCLAIM', stream, group, me, 0, id, 'RETRYCOUNT', deliveries)
    if claimed[1] then
      taken[#taken + 1] = { id, claimed[1][2], deliveries }
    end
  end
end

local next_lapse
for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
  local consumer, pending = info[2], info[4]
  local lease_end = ending(consumer)
  if consumer ~= me and pending > 0 and lease_end >= now then
    next_lapse = math.min(next_lapse or lease_end, lease_end)
  end
  if consumer ~= me and (lease_end == 0 or (may_reclaim and lease_end < now)) then
    if pending == 0 then
      redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer)
      redis.call('ZREM', leases, consumer)
    elseif #taken < room then
      take(redis.call('XPENDING', stream, group, '-', '+', room - #taken, consumer))
    end
  end
end

if may_reclaim then
  if #taken < room then
    take(redis.call('XPENDING', stream, group, 'IDLE', lease, '-', '+', room - #taken))
  end
  redis.call('ZREMRANGEBYSCORE', leases, '-inf', now - 10 * lease)
end

return { now, lapsed and 1 or 0, lost, taken, next_lapse and next_lapse - now + 1 or -1 }
