-- Answers a request and removes the entry that it came in (Finishing of libs/streams), as the last that a script does.
-- stream, entryId: the entry   channel: of who asked   before, after: what stands around the answer
local function finish(stream, entryId, channel, before, after, answer)
  redis.call('PUBLISH', channel, before .. answer .. after)
  redis.call('XDEL', stream, entryId)
end
