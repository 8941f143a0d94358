CREATE TABLE note (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	title text NOT NULL,
	price_minor bigint NOT NULL,
	price_currency text NOT NULL,
	PRIMARY KEY (organization_id, live, id)
);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
ALTER TABLE note FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON note USING (organization_id = app_organization() AND live = app_live());
