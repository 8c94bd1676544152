--[[
Gives a reader's lease back. What it left unfinished is taken over at once: an end of 0 says that it left. With nothing
unfinished its consumer goes too (otherwise it must stay: DELCONSUMER discards what is pending).

Input:
  KEYS[1]  stream
  KEYS[2]  leases
  ARGV[1]  group
  ARGV[2]  consumer
Output:
  how many entries it leaves pending, at most 1 counted
--]]
local pending = #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if pending > 0 then
  redis.call('ZADD', KEYS[2], 0, ARGV[2])
else
  redis.call('ZREM', KEYS[2], ARGV[2])
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
end
return pending
