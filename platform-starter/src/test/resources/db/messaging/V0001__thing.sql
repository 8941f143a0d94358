CREATE TABLE thing (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id text NOT NULL,
	version bigint NOT NULL,
	PRIMARY KEY (organization_id, live, id)
);
ALTER TABLE thing ENABLE ROW LEVEL SECURITY;
ALTER TABLE thing FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON thing USING (organization_id = app_organization() AND live = app_live());

CREATE TABLE effect (
	number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	thing text NOT NULL,
	version bigint NOT NULL
);
ALTER TABLE effect ENABLE ROW LEVEL SECURITY;
ALTER TABLE effect FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON effect USING (organization_id = app_organization() AND live = app_live());
