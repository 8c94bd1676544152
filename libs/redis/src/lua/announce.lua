-- Something that is told on a channel: whom it is for and what a gateway has to know, then the data.
local function announce(channel, serverId, span, type, header, data)
  redis.call('PUBLISH', channel, '{"v":2,"serverId":"' .. serverId .. '","type":"' .. type .. '","to":' .. header
    .. (span == '' and '' or ',"span":"' .. span .. '"') .. ',"data":' .. data .. '}')
end
