-- Filter operations of one segment of a Bloom filter made of bitmaps, one after the other.
--
-- KEYS[1]   number of the newest generation, absent for 0
-- KEYS[2..] bitmaps of the generations; generation g is in number g modulo how many there are
-- ARGV  per operation
--   a add   t test   r rotate
--   byte offset of the element's block
--   a: bit numbers from the start of the bitmap, separated by spaces
--
-- Returns per test the element's block (64 bytes or less; bytes beyond the end are 0) of every
-- generation; per add 0, or 1 if there was no memory for it.
local generations = #KEYS - 1
local newest = tonumber(redis.call('GET', KEYS[1]) or '0')
local reply, n = {}, 0

for i = 1, #ARGV, 3 do
  local op, offset = ARGV[i], tonumber(ARGV[i + 1])
  if op == 't' then
    for g = 2, generations + 1 do
      n = n + 1
      reply[n] = redis.call('GETRANGE', KEYS[g], offset, offset + 63)
    end
  elseif op == 'a' then
    local sets, m = {}, 0
    for bit in string.gmatch(ARGV[i + 2], '%d+') do
      sets[m + 1] = 'SET'
      sets[m + 2] = 'u1'
      sets[m + 3] = bit
      sets[m + 4] = '1'
      m = m + 4
    end
    local result = redis.pcall('BITFIELD', KEYS[newest % generations + 2], unpack(sets))
    n = n + 1
    reply[n] = 0
    if result.err then
      if not string.find(result.err, 'OOM', 1, true) then
        return result
      end
      reply[n] = 1
    end
  else
    newest = newest + 1
    redis.call('DEL', KEYS[newest % generations + 2])
    redis.call('SET', KEYS[1], newest)
  end
end
return reply
