-- How many invitations an organization has mailed in the hour that began with the first of them.

CREATE TABLE invitation_mails (
	organization_id uuid PRIMARY KEY DEFAULT app_organization() REFERENCES organizations,
	hour_began_at timestamptz NOT NULL,
	sent integer NOT NULL
);
ALTER TABLE invitation_mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation_mails FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invitation_mails USING (organization_id = app_organization());
