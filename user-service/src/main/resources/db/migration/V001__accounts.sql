-- Organizations are the tenants; users stand above them; a membership is a user's place in an organization.
-- What app_system() admits is named table by table: logging in must find a user before any organization is known.

CREATE TABLE organizations (
	id uuid PRIMARY KEY,
	version bigint NOT NULL,
	name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
	country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
	time_zone text NOT NULL,
	default_currency text NOT NULL CHECK (default_currency ~ '^[A-Z]{3}$'),
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL
);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organizations USING (id = app_organization());
CREATE POLICY system ON organizations USING (app_system());

CREATE TABLE allowed_origins (
	organization_id uuid NOT NULL DEFAULT app_organization() REFERENCES organizations,
	origin text NOT NULL CHECK (char_length(origin) <= 255),
	PRIMARY KEY (organization_id, origin)
);
CREATE INDEX allowed_origins_origin ON allowed_origins (origin);
ALTER TABLE allowed_origins ENABLE ROW LEVEL SECURITY;
ALTER TABLE allowed_origins FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON allowed_origins USING (organization_id = app_organization());
CREATE POLICY system ON allowed_origins FOR SELECT USING (app_system());

CREATE TABLE users (
	id uuid PRIMARY KEY,
	version bigint NOT NULL,
	email text UNIQUE CHECK (email = lower(email) AND char_length(email) <= 254),
	name text CHECK (char_length(name) BETWEEN 1 AND 200),
	password_hash text,
	email_verified_at timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL
);

CREATE TABLE memberships (
	organization_id uuid NOT NULL DEFAULT app_organization() REFERENCES organizations,
	user_id uuid NOT NULL REFERENCES users,
	version bigint NOT NULL,
	role text NOT NULL CHECK (role IN ('owner', 'admin', 'billing', 'developer', 'read_only')),
	status text NOT NULL CHECK (status IN ('active', 'removed')),
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_of_user ON memberships (user_id);
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON memberships USING (organization_id = app_organization());
CREATE POLICY system ON memberships USING (app_system());

-- An organization reads its members, also former ones; only work above organizations writes users.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY members ON users FOR SELECT USING (EXISTS (
	SELECT FROM memberships WHERE organization_id = app_organization() AND user_id = users.id));
CREATE POLICY system ON users USING (app_system());

-- Secrets that were mailed. Only their hashes are kept.
CREATE TABLE mailed_tokens (
	hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
	user_id uuid NOT NULL REFERENCES users,
	purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
	created_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL
);
CREATE INDEX mailed_tokens_of_user ON mailed_tokens (user_id, purpose);
ALTER TABLE mailed_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailed_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON mailed_tokens USING (app_system());

-- A refresh token is good for one use; its successor joins the same family, and a second use revokes the family.
CREATE TABLE refresh_families (
	id uuid PRIMARY KEY,
	organization_id uuid NOT NULL REFERENCES organizations,
	user_id uuid NOT NULL REFERENCES users,
	created_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL,
	revoked_at timestamptz
);
CREATE INDEX refresh_families_of_user ON refresh_families (user_id);
CREATE INDEX refresh_families_expired ON refresh_families (expires_at);
ALTER TABLE refresh_families ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_families FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON refresh_families USING (app_system());

CREATE TABLE refresh_tokens (
	hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
	family_id uuid NOT NULL REFERENCES refresh_families ON DELETE CASCADE,
	expires_at timestamptz NOT NULL,
	used_at timestamptz
);
CREATE INDEX refresh_tokens_of_family ON refresh_tokens (family_id);
ALTER TABLE refresh_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON refresh_tokens USING (app_system());

-- Mails wait here until the mail server has taken them. Their texts hold secrets, so they go once the mail is sent.
CREATE TABLE mails (
	id uuid PRIMARY KEY,
	recipient text NOT NULL,
	subject text NOT NULL,
	plain text,
	html text,
	attempts integer NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL,
	next_attempt_at timestamptz,
	sent_at timestamptz
);
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mails_old ON mails (created_at);
CREATE INDEX mails_recipient ON mails (recipient);
ALTER TABLE mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE mails FORCE ROW LEVEL SECURITY;
CREATE POLICY write ON mails FOR INSERT WITH CHECK (true);
CREATE POLICY system ON mails USING (app_system());
