-- Writes of one kind: each key once, the same time-to-live for all. The fast path.
--
-- KEYS     the records
-- ARGV[1]  time-to-live in ms, '' for none
-- then per key
--   expectation: '' the record must be absent, '*' whatever it is, else its version (8 bytes)
--   record: version (8 bytes) and value
--
-- Returns what did not succeed, flat: 8 * index + code, and for code 2 the current record.
--   1 mismatch, absent   2 mismatch, the current record follows   5 no memory
local current = redis.call('MGET', unpack(KEYS))
local reply, n = {}, 0
local sets, m = {}, 0

local function holds(i)
  local record, expected = current[i], ARGV[2 * i]
  if record then
    return expected == '*' or string.sub(record, 1, 8) == expected
  end
  return expected == '' or expected == '*'
end

for i = 1, #KEYS do
  if holds(i) then
    sets[m + 1] = KEYS[i]
    sets[m + 2] = ARGV[2 * i + 1]
    m = m + 2
  elseif current[i] then
    reply[n + 1] = 8 * i + 2
    reply[n + 2] = current[i]
    n = n + 2
  else
    n = n + 1
    reply[n] = 8 * i + 1
  end
end

if m > 0 then
  local result
  if ARGV[1] == '' then
    result = redis.pcall('MSET', unpack(sets))
  else
    -- Only the first write of a script can be refused.
    for j = 1, m, 2 do
      result = redis.pcall('SET', sets[j], sets[j + 1], 'PX', ARGV[1])
      if result.err then
        break
      end
    end
  end
  if result.err then
    if not string.find(result.err, 'OOM', 1, true) then
      return result
    end
    for i = 1, #KEYS do
      if holds(i) then
        n = n + 1
        reply[n] = 8 * i + 5
      end
    end
  end
end
return reply
