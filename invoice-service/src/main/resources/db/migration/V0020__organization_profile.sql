-- What billing has learned of an organization from its events. Live and test mode share it.
CREATE TABLE organization_profile (
	organization_id uuid NOT NULL DEFAULT app_organization() PRIMARY KEY,
	version bigint NOT NULL,
	time_zone text NOT NULL
);
ALTER TABLE organization_profile ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization_profile FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organization_profile USING (organization_id = app_organization());
