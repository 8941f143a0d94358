-- API keys. The secret has 256 random bits, so its plain SHA-256 is kept and found by.
-- Not separated by mode: a key has its mode, and people manage the keys of both worlds in one place.

CREATE TABLE api_keys (
	organization_id uuid NOT NULL DEFAULT app_organization() REFERENCES organizations,
	id uuid NOT NULL,
	version bigint NOT NULL,
	name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
	live boolean NOT NULL,
	secret_hash bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
	shown text NOT NULL,
	scopes text[] NOT NULL,
	created_by text NOT NULL,
	created_at timestamptz NOT NULL,
	expires_at timestamptz,
	last_used_at timestamptz,
	revoked_at timestamptz,
	rotated_from uuid,
	PRIMARY KEY (organization_id, id)
);
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON api_keys USING (organization_id = app_organization());
CREATE POLICY system ON api_keys USING (app_system());
