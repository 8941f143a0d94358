-- Where an organization's usage is kept (decision 5). Several shards share an organization by its customers.
CREATE TABLE shard_assignment (
	organization_id uuid PRIMARY KEY,
	shards integer[] NOT NULL CHECK (cardinality(shards) > 0),
	assigned_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE shard_assignment ENABLE ROW LEVEL SECURITY;
ALTER TABLE shard_assignment FORCE ROW LEVEL SECURITY;
CREATE POLICY assigning ON shard_assignment USING (app_system());
