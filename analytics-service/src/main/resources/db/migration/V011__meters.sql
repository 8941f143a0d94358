-- What is counted. A meter is its newest version; meter_version has them all, as each was when it came.
CREATE TABLE meter (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	slug text COLLATE "C" NOT NULL,
	event_name text COLLATE "C" NOT NULL,
	details jsonb NOT NULL,
	definition uuid NOT NULL,
	archived_at timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id),
	UNIQUE (organization_id, live, slug)
);

CREATE TABLE meter_version (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	slug text COLLATE "C" NOT NULL,
	event_name text COLLATE "C" NOT NULL,
	details jsonb NOT NULL,
	definition uuid NOT NULL,
	archived_at timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id, version)
);

ALTER TABLE meter ENABLE ROW LEVEL SECURITY;
ALTER TABLE meter FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON meter USING (organization_id = app_organization() AND live = app_live());
ALTER TABLE meter_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE meter_version FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON meter_version USING (organization_id = app_organization() AND live = app_live());
