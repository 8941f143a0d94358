-- Takes a nonce, once: whether nobody had it. Forgotten when the signature that it belongs to is too old anyway.
-- KEYS[1] nonce; ARGV lifetime (s)
return {redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) and 1 or 0}
