"""Lua scripts that the Valkey server runs whole, one at a time: reading, putting and dropping a row.

All keys begin with the name of the store, which is KEYS[1]. Under it:

    row:<session>:<tab>   hash of value, version, nonce of its put, and when it was put
    order                 every row by the number of its put: the smallest was put longest ago
    tabs:<session>        the same for one session
    sizes, bytes, puts    the bytes that each row counts, their sum, and the number of the latest put
    addresses, shares     the address of each row that has one, and the bytes of all rows of an address
    of:<address>          as order, for one address

Rows expire by the server's clock: the scripts compare, and Valkey itself deletes what nobody puts any more. `sizes`
and `addresses` outlive their rows, so that the sums stay right.
"""

COMMON = """#!lua
local rows_at, session, name = KEYS[1] .. 'row:', ARGV[1], ARGV[1] .. ':' .. ARGV[2]
local age = tonumber(ARGV[3])
local time = redis.call('TIME')
local servers_now = time[1] + time[2] / 1000000
local now = ARGV[4] ~= '' and tonumber(ARGV[4]) or servers_now

local function reply(...) return {string.format('%.6f', servers_now), ...} end

local function is_there(row)
    local put_at = redis.call('HGET', rows_at .. row, 'put_at')
    return put_at and tonumber(put_at) >= now - age
end

local function remove(row)
    local size = redis.call('HGET', KEYS[1] .. 'sizes', row)
    if size then redis.call('DECRBY', KEYS[1] .. 'bytes', size) end
    redis.call('HDEL', KEYS[1] .. 'sizes', row)
    local address = redis.call('HGET', KEYS[1] .. 'addresses', row)
    if address then
        if tonumber(redis.call('ZINCRBY', KEYS[1] .. 'shares', -(size or 0), address)) <= 0 then
            redis.call('ZREM', KEYS[1] .. 'shares', address)
        end
        redis.call('HDEL', KEYS[1] .. 'addresses', row)
        redis.call('ZREM', KEYS[1] .. 'of:' .. address, row)
    end
    redis.call('ZREM', KEYS[1] .. 'order', row)
    redis.call('ZREM', KEYS[1] .. 'tabs:' .. string.match(row, '^[^:]*'), row)
    redis.call('DEL', rows_at .. row)
end
"""
"""The part that all scripts share. ARGV: session, tab, age limit in seconds, and the time, or nothing for the server's
own. Every reply begins with the server's time.

`#!lua` lets a server whose memory is full refuse a script before its first line, not in the middle.
"""

AS_BEFORE = "="
"""Stands for the address of the row that a put replaces; no address is written so."""

GET = (
    COMMON
    + """
if not is_there(name) then return reply() end
return reply(unpack(redis.call('HMGET', rows_at .. name, 'value', 'version')))
"""
)
"""The value and the version, or nothing."""

PUT = (
    COMMON
    + """
local value, version, expected, nonce = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local most_rows, most_bytes, share = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local size, address, deadline, keeps = ARGV[12], ARGV[13], tonumber(ARGV[14]), ARGV[15] == 'keeps'
local order, tabs, bytes = KEYS[1] .. 'order', KEYS[1] .. 'tabs:' .. session, KEYS[1] .. 'bytes'
local shares, addresses, of = KEYS[1] .. 'shares', KEYS[1] .. 'addresses', KEYS[1] .. 'of:'

if redis.call('HGET', rows_at .. name, 'nonce') == nonce then return reply() end
if deadline and servers_now > deadline then return reply('late') end

local found = is_there(name) and redis.call('HGET', rows_at .. name, 'version') or '0'
if found ~= expected then return reply(found) end

if address == '=' then address = redis.call('HGET', addresses, name) or '' end

local function oldest(rows) return redis.call('ZRANGE', rows, 0, 0)[1] end
local first_to_go
function first_to_go()
    local most = redis.call('ZREVRANGE', shares, 0, 0, 'WITHSCORES')
    if not most[1] or tonumber(most[2]) <= share then return oldest(order) end
    local found = oldest(of .. most[1])
    if not found then redis.call('ZREM', shares, most[1]) end  -- a process of an earlier version has dropped its rows
    return found or first_to_go()
end
local removals = 0
while removals < 1000 and oldest(order) and not is_there(oldest(order)) do
    remove(oldest(order))
    removals = removals + 1
end
if keeps then
    local freed = redis.call('HGET', KEYS[1] .. 'sizes', name) or 0
    local total = (redis.call('GET', bytes) or 0) - freed + size
    local of_address = 0
    if address ~= '' then
        local freed_here = redis.call('HGET', addresses, name) == address and freed or 0
        of_address = (redis.call('ZSCORE', shares, address) or 0) - freed_here + size
    end
    if total > most_bytes or of_address > share then return reply('full', total, of_address) end
end
remove(name)
while redis.call('ZCARD', tabs) >= most_rows do remove(oldest(tabs)) end
while tonumber(redis.call('GET', bytes) or 0) + size > most_bytes and oldest(order) do
    remove(first_to_go())
end

local turn = redis.call('INCR', KEYS[1] .. 'puts')
redis.call('HSET', rows_at .. name, 'value', value, 'version', version, 'nonce', nonce,
    'put_at', string.format('%.6f', now))
redis.call('ZADD', order, turn, name)
redis.call('ZADD', tabs, turn, name)
redis.call('HSET', KEYS[1] .. 'sizes', name, size)
redis.call('INCRBY', bytes, size)
if address ~= '' then
    redis.call('HSET', addresses, name, address)
    redis.call('ZINCRBY', shares, size, address)
    redis.call('ZADD', of .. address, turn, name)
end
local sums = {bytes, KEYS[1] .. 'sizes', KEYS[1] .. 'puts', shares, addresses}
for _, key in ipairs({rows_at .. name, tabs, order, of .. address, unpack(sums)}) do
    redis.call('PEXPIRE', key, math.ceil(age * 1000) + 1000)
end
return reply()
"""
)
"""Nothing more once the row is written, also for a put that is sent again; `late`, and nothing is written, once its
caller has given it up; `full`, and the bytes that would be, where a store that keeps its rows has no room; the version
that was found when it is a conflict.

Expired rows are removed by the thousand, so that no put takes long.
"""

DROP = (
    COMMON
    + """
remove(name)
return reply()
"""
)
