-- How much whom is allowed to ask, as whoever operates the platform sets it. Gateways ask for it and enforce it; tenants
-- never see it, so only work above organizations is admitted.

-- Without a plan of its own an organization is on the one that the settings name.
ALTER TABLE organizations ADD COLUMN plan text CHECK (plan ~ '^[a-z][a-z0-9_-]{0,39}$');

CREATE TABLE rate_limits (
	id uuid PRIMARY KEY,
	version bigint NOT NULL,
	plan text CHECK (plan ~ '^[a-z][a-z0-9_-]{0,39}$'),
	organization_id uuid REFERENCES organizations,
	api_key_id uuid,
	rate_limit text,
	in_flight integer CHECK (in_flight > 0),
	weight integer CHECK (weight BETWEEN 1 AND 1000),
	dry_run boolean NOT NULL,
	changed_by text NOT NULL,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	-- A plan's, an organization's, or one of its keys'.
	CHECK (num_nonnulls(plan, organization_id) = 1),
	CHECK (api_key_id IS NULL OR organization_id IS NOT NULL),
	CHECK (num_nonnulls(rate_limit, in_flight, weight) > 0),
	FOREIGN KEY (organization_id, api_key_id) REFERENCES api_keys (organization_id, id),
	CONSTRAINT rate_limits_subject UNIQUE NULLS NOT DISTINCT (organization_id, plan, api_key_id, dry_run)
);
CREATE INDEX rate_limits_plan ON rate_limits (plan) WHERE plan IS NOT NULL;
ALTER TABLE rate_limits ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_limits FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON rate_limits USING (app_system());
