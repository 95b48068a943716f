-- Any writes, removes and increments, one after the other, so that a key may occur several times.
--
-- KEYS  the records
-- ARGV  per key
--   operation, one letter, and the time-to-live in ms, or nothing for none:
--     p put   a put if absent   v put if version   r remove   x remove if version   i increment
--   operand: v, x the expected version (8 bytes); i the delta (8 bytes, little-endian)
--   record: version (8 bytes) and value; i the version only
--
-- Returns, flat, 8 * index + code and what follows it; nothing for a plain success.
--   1 mismatch, absent   2 mismatch, the current record follows   3 nothing to remove
--   4 counted, the new value follows (8 bytes, little-endian)   5 no memory
local reply, n = {}, 0
local written = false

local function answer(i, code, what)
  n = n + 1
  reply[n] = 8 * i + code
  if what then
    n = n + 1
    reply[n] = what
  end
end

-- Increments are exact in 64 bits: a Lua number is not, so low and high halves are added apart.
local function add(value, delta)
  local low, high = struct.unpack('<I4I4', value)
  local dlow, dhigh = struct.unpack('<I4I4', delta)
  low = low + dlow
  high = high + dhigh
  if low >= 4294967296 then
    low = low - 4294967296
    high = high + 1
  end
  return struct.pack('<I4I4', low, high % 4294967296)
end

for i = 1, #KEYS do
  local key, operand, record = KEYS[i], ARGV[3 * i - 1], ARGV[3 * i]
  local op, ttl = string.sub(ARGV[3 * i - 2], 1, 1), string.sub(ARGV[3 * i - 2], 2)
  local current = op ~= 'p' and op ~= 'r' and redis.call('GET', key)
  local count
  if op == 'r' then
    if redis.call('DEL', key) == 0 then
      answer(i, 3)
    else
      written = true
    end
    record = nil
  elseif op == 'i' then
    if current and #current ~= 16 then
      answer(i, 2, current)
      record = nil
    else
      count = add(current and string.sub(current, 9) or '\0\0\0\0\0\0\0\0', operand)
      record = record .. count
    end
  elseif op == 'a' then
    if current then
      answer(i, 2, current)
      record = nil
    end
  elseif op == 'v' or op == 'x' then
    if not current then
      answer(i, 1)
      record = nil
    elseif string.sub(current, 1, 8) ~= operand then
      answer(i, 2, current)
      record = nil
    elseif op == 'x' then
      redis.call('DEL', key)
      written = true
      record = nil
    end
  end
  if record then
    local result
    if ttl == '' then
      result = redis.pcall('SET', key, record)
    else
      result = redis.pcall('SET', key, record, 'PX', ttl)
    end
    if not result.err then
      written = true
      if count then
        answer(i, 4, count)
      end
    elseif string.find(result.err, 'OOM', 1, true) then
      answer(i, 5)
    elseif written then
      error(result.err)
    else
      return result
    end
  end
end
return reply
