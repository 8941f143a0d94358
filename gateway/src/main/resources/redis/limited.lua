-- Adds refusals to a slice of time and keeps its most refused callers.
-- KEYS the slice; ARGV how many callers are kept, for how many seconds, then a number and a caller for each.
for i = 3, #ARGV, 2 do
	redis.call('ZINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -(tonumber(ARGV[1]) + 1))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return { redis.call('ZCARD', KEYS[1]) }
