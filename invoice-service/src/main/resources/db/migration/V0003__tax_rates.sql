CREATE TABLE tax_rate (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	name text NOT NULL,
	description text,
	percentage numeric(7, 4) NOT NULL CHECK (percentage BETWEEN 0 AND 100),
	category text NOT NULL,
	country text NOT NULL,
	inclusive boolean NOT NULL,
	metadata jsonb NOT NULL,
	archived_at timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id),
	-- EN 16931: a standard rate is above zero, every other category is zero.
	CHECK ((category = 'S') = (percentage > 0))
);
CREATE INDEX tax_rate_created_at ON tax_rate (organization_id, live, created_at, id);
ALTER TABLE tax_rate ENABLE ROW LEVEL SECURITY;
ALTER TABLE tax_rate FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tax_rate USING (organization_id = app_organization() AND live = app_live());
