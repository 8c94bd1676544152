--[[
Takes an id for a named room that is to be. Nobody knows it until it is founded (found.lua).

KEYS  1 {room:{id}}:info   2 {room:{id}}:members   3 {room:{id}}:head
ARGV  1 name   2 user id   3 the creation's key
Output  1, or 0: the id is in use
]]
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 or redis.call('HGET', KEYS[3], 'seq') then
  return 0
end
redis.call('HSET', KEYS[1], 'name', ARGV[1], 'createdBy', ARGV[2], 'key', ARGV[3])
return 1
