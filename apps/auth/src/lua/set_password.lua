--[[
Gives a user another password, once for each key: a repetition finds what the first did.

KEYS  1 user:{id}
ARGV  1 hash of the new password   2 key   3 the hash that must be there now, or '' for any
Output  {'set', how often the user's credentials changed}
        {'other'}  another hash is there
        {'unknown'}
]]
local user = KEYS[1]
local known = redis.call('HMGET', user, 'password', 'passwordKey', 'credentials')
if not known[1] then
  return { 'unknown' }
end
if known[2] == ARGV[2] then
  return { 'set', tonumber(known[3]) }
end
if ARGV[3] ~= '' and ARGV[3] ~= known[1] then
  return { 'other' }
end
redis.call('HSET', user, 'password', ARGV[1], 'passwordKey', ARGV[2])
return { 'set', redis.call('HINCRBY', user, 'credentials', 1) }
