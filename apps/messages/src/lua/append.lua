--[[
Stores messages of one room, in order, and announces them. One that is refused changes nothing and stops no other.

KEYS  1 room:{id}   2 {room:{id}}:head   3 {room:{id}}:members   4 {room:{id}}:info
      then of each message {room:{id}}:sent:{user}:{clientId}
      then of each user {user:{id}}:spent   left out on a Cluster, where they lie in other slots (charge.lua)
      then, to have the script finish a request of one message: its stream
ARGV  1 number of messages
      2 room id   3 ms a repeat is recognised   4 channels (announce.lua)   5 server id
      6 for a direct room: its show.room data as JSON, or '' (not asked yet)
      7 messages a window   8 ms of a window   9 bytes a day, 0: any number
      10 channel on which every gateway hears that a direct room begins
      then of each message
        how its user stands in the room (may.lua), user id, client id, text as JSON string,
        traceparent of the span that this is part of, or '', bytes that it counts as (on a Cluster -1: too much was stored, as was found
        before), which of the users is its own
      then, to finish it: entry id, channel, what stands before and behind its answer (finish.lua)
Output  of each message
        {'stored', message JSON, 1 when the direct room may be in nobody's list: its first message, or its first of ours}
        {'repeated', message JSON, the same}
        {'forbidden'}
        {'messages' or 'bytes', ms}: its user stored too much lately; what is repeated does not count again
        {'exceeded'}: the same, on a Cluster
        {'names'}: the direct room has no message yet; call again with ARGV 6
        A fourth value, 1: the request is finished, and the JSON is left out
Stored is the message without its id: room, seq and date make it up.
]]
-- include: time
-- include: spend
-- include: may
-- include: clock
-- include: ours
-- include: announce
-- include: finish
local COMMON, EACH = 10, 7
local count = tonumber(ARGV[1])
local room = {
  key = KEYS[1],
  head = KEYS[2],
  members = KEYS[3],
  info = KEYS[4],
  id = ARGV[2],
  isDirect = string.find(ARGV[2], ':', 1, true) ~= nil,
}
local messages = {}
for i = 1, count do
  local at = COMMON + (i - 1) * EACH
  messages[i] = {
    place = i,
    sent = KEYS[4 + i],
    standing = ARGV[at + 1],
    userId = ARGV[at + 2],
    clientId = ARGV[at + 3],
    text = ARGV[at + 4],
    span = ARGV[at + 5],
    bytes = tonumber(ARGV[at + 6]),
    spent = KEYS[4 + count + tonumber(ARGV[at + 7])],
  }
end

-- What a message has to pass: the files of append/, in the order of their names. Each adds functions of a message to some of
--   checks         gives the answer of a message that is not stored; changes nothing
--   changes        of one that passed all checks, before the next one is checked
--   writes         of none: writes what was kept back of all of them
--   announcements  of each that was stored, once all are
-- Redis undoes nothing of a script that fails: what can fail must do so before the first of `writes`.
local checks, changes, writes, announcements = {}, {}, {}, {}
-- include: append/*

local function refusalOf(message)
  for i = 1, #checks do
    local answer = checks[i](message)
    if answer then
      return answer
    end
  end
end

local function each(functions, message)
  for i = 1, #functions do
    functions[i](message)
  end
end

local answers, stored = {}, {}
for i = 1, count do
  local message = messages[i]
  answers[i] = refusalOf(message)
  if not answers[i] then
    each(changes, message)
    stored[#stored + 1] = message
    answers[i] = { 'stored', message.json, message.unlisted and 1 or 0 }
  end
end
if #stored > 0 then
  each(writes)
end
for i = 1, #stored do
  each(announcements, stored[i])
end
local asked, answer = COMMON + count * EACH, answers[1]
if ARGV[asked + 1] and answer[3] == 0 then
  finish(KEYS[#KEYS], ARGV[asked + 1], ARGV[asked + 2], ARGV[asked + 3], ARGV[asked + 4], answer[2])
  answers[1] = { answer[1], '', 0, 1 }
end
return answers
