-- The secrets with which partners sign requests. Whoever verifies a signature needs the secret itself, not a hash of it, so
-- it is kept sealed, with a key that the database never sees.

CREATE TABLE signing_secrets (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	id uuid NOT NULL,
	api_key_id uuid NOT NULL,
	sealed bytea NOT NULL,
	created_at timestamptz NOT NULL,
	expires_at timestamptz,
	PRIMARY KEY (organization_id, id),
	FOREIGN KEY (organization_id, api_key_id) REFERENCES api_keys
);
CREATE INDEX signing_secrets_api_key ON signing_secrets (organization_id, api_key_id);
ALTER TABLE signing_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE signing_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON signing_secrets USING (organization_id = app_organization());
CREATE POLICY system ON signing_secrets USING (app_system());

-- The gateway asks by the id alone.
CREATE INDEX api_keys_id ON api_keys (id);
