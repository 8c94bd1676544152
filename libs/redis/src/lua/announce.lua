-- Something that is told: whom it is for and what a gateway has to know, then the data.
-- channels: where, with a space between them; one that begins with `{` is sharded, and in the slot of its room
local function announce(channels, serverId, span, type, header, data)
  local text = '{"v":2,"serverId":"' .. serverId .. '","type":"' .. type .. '","to":' .. header
    .. (span == '' and '' or ',"span":"' .. span .. '"') .. ',"data":' .. data .. '}'
  for channel in string.gmatch(channels, '%S+') do
    redis.call(string.sub(channel, 1, 1) == '{' and 'SPUBLISH' or 'PUBLISH', channel, text)
  end
end
