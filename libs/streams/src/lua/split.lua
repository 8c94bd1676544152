--[[
Makes an entry of each request of a shared entry, once.

Input:
  KEYS[1]  stream
  ARGV[1]  group
  ARGV[2]  id of the shared entry
  ARGV[3]  tries made so far
  ARGV[4]  when the work was first added (ms)
  ARGV[5…] the requests of each new entry (JSON array)
Output:
  how many entries were made; 0: the entry was finished or split by somebody else
--]]
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
  return 0
end
redis.call('XDEL', KEYS[1], ARGV[2])
for i = 5, #ARGV do
  redis.call('XADD', KEYS[1], '*', 'requests', ARGV[i], 'attempts', ARGV[3], 'at', ARGV[4])
end
return #ARGV - 4
