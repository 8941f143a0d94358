-- Invitations to join an organization. The token was mailed; only its hash is kept.

CREATE TABLE invitations (
	organization_id uuid NOT NULL DEFAULT app_organization() REFERENCES organizations,
	id uuid NOT NULL,
	email text NOT NULL,
	role text NOT NULL CHECK (role IN ('owner', 'admin', 'billing', 'developer', 'read_only')),
	token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
	invited_by text NOT NULL,
	created_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, id),
	UNIQUE (organization_id, email)
);
CREATE INDEX invitations_expired ON invitations (expires_at);
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invitations USING (organization_id = app_organization());
CREATE POLICY system ON invitations USING (app_system());
