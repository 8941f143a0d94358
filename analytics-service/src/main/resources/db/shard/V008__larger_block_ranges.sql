-- Ranges of 2 MB instead of 256 KB: a shard that took in many events asked for summaries of small ones faster than they were made,
-- and PostgreSQL wrote a line with the whole statement about each request that it could not note down.
DROP INDEX usage_event_seq_range;
CREATE INDEX usage_event_seq_range ON usage_event USING brin (seq) WITH (pages_per_range = 256, autosummarize = on);
