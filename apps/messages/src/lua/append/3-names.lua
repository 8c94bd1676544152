-- A direct room is shown to its two people, with their names, before its first message.
if room.isDirect then
  local isEmpty = redis.call('EXISTS', room.key) == 0
  local first

  checks[#checks + 1] = function()
    return isEmpty and ARGV[6] == '' and { 'names' } or nil
  end

  changes[#changes + 1] = function(message)
    if isEmpty then
      first, isEmpty = message, false
    end
  end

  announcements[#announcements + 1] = function(message)
    if message == first then
      local a, b = string.match(room.id, '^(%d+):(%d+)$')
      announce(ARGV[10], ARGV[5], message.span, 'show.room', '{"user":["' .. a .. '","' .. b .. '"]}', ARGV[6])
    end
  end
end
