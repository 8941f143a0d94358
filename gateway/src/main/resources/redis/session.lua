-- A session's fields, or nothing where it does not exist or has reached its absolute end. Marks it as used, and so keeps
-- it alive, at most once in a while: one round trip either way.
-- KEYS[1] session; ARGV now (epoch s), idle lifetime (s), least time between marks (s)
local fields = redis.call('HGETALL', KEYS[1])
local session = {}
for i = 1, #fields, 2 do
	session[fields[i]] = fields[i + 1]
end
local now = tonumber(ARGV[1])
local ends = tonumber(session['expires_at'])
if not ends or ends <= now then
	return {}
end
local seen = tonumber(session['last_seen_at']) or 0
if now - seen >= tonumber(ARGV[3]) then
	redis.call('HSET', KEYS[1], 'last_seen_at', now)
	redis.call('EXPIRE', KEYS[1], math.min(tonumber(ARGV[2]), ends - now))
end
return fields
