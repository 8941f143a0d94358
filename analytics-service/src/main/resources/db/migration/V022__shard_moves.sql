-- Moving organizations between shards (decision 14). The version grows with each step of a move. While events may still come
-- by way of the shard that was left, figures are told to be as of counted_until.
ALTER TABLE shard_assignment ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE shard_assignment ADD COLUMN counted_until timestamptz;

CREATE TABLE shard_move (
	id uuid PRIMARY KEY,
	organization_id uuid NOT NULL,
	shards_before integer[] NOT NULL,
	shards_after integer[] NOT NULL,
	state text NOT NULL CHECK (state IN ('waiting', 'copying', 'cutting_over', 'settling', 'clearing', 'done', 'cancelling',
		'cancelled')),
	cut_overs integer NOT NULL DEFAULT 0,
	rows bigint NOT NULL DEFAULT 0,
	settles_at timestamptz,
	hops integer NOT NULL DEFAULT 0,
	problem text,
	requested_by text NOT NULL,
	requested_at timestamptz NOT NULL,
	ended_at timestamptz,
	driver uuid,
	driven_until timestamptz
);
CREATE UNIQUE INDEX shard_move_running ON shard_move (organization_id)
	WHERE state IN ('waiting', 'copying', 'cutting_over', 'cancelling');
ALTER TABLE shard_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE shard_move FORCE ROW LEVEL SECURITY;
CREATE POLICY moving ON shard_move USING (app_system());
