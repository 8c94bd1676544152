--[[
The same field of many hashes.

KEYS  the hashes
ARGV  1 field
Output  for each hash: the field, or nil
]]
local values = {}
for i, key in ipairs(KEYS) do
  values[i] = redis.call('HGET', key, ARGV[1])
end
return values
