-- A user stores so much in a time, in all rooms together. On a Cluster it was counted before.
if not KEYS[5 + count] then
  checks[#checks + 1] = function(message)
    return message.bytes < 0 and { 'exceeded' } or nil
  end
else
  local perWindow, windowMs, perDay = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
  local spent = {}

  checks[#checks + 1] = function(message)
    local key = message.spent
    spent[key] = spent[key] or readSpent(key, windowMs)
    local exceeded, wait = exceeds(spent[key], message.bytes, perWindow, perDay)
    return exceeded and { exceeded, wait } or nil
  end

  changes[#changes + 1] = function(message)
    countIn(spent[message.spent], message.bytes)
  end

  writes[#writes + 1] = function()
    for key, each in pairs(spent) do
      writeSpent(key, each)
    end
  end
end
