-- The directory of customers that usage refers to: one more fact. An external id is unique at its owner; here it may be with
-- two customers for a moment, as events of different customers have no common order.
CREATE TABLE customer (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id text COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	external_id text COLLATE "C",
	name text NOT NULL,
	time_zone text NOT NULL,
	status text NOT NULL,
	updated_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id)
);
CREATE INDEX customer_external_id ON customer (organization_id, live, external_id, updated_at)
	WHERE external_id IS NOT NULL;

ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE customer FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON customer USING (organization_id = app_organization() AND live = app_live());
