-- The audit trail. Each entry seals the one before it, per organization; the head says which one is the last, so that
-- cutting off the end shows too.

CREATE TABLE audit_heads (
	organization_id uuid PRIMARY KEY DEFAULT app_organization() REFERENCES organizations,
	sequence bigint NOT NULL,
	hash text NOT NULL
);
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_heads USING (organization_id = app_organization());

CREATE TABLE audit_entries (
	organization_id uuid NOT NULL DEFAULT app_organization() REFERENCES organizations,
	sequence bigint NOT NULL,
	id uuid NOT NULL,
	occurred_at timestamptz NOT NULL,
	actor_kind text NOT NULL,
	actor text NOT NULL,
	action text NOT NULL,
	resource text NOT NULL,
	details text NOT NULL,
	request_id text,
	origin_hash text NOT NULL,
	hash text NOT NULL,
	PRIMARY KEY (organization_id, sequence)
);
CREATE INDEX audit_entries_actor ON audit_entries (organization_id, actor, sequence);
CREATE INDEX audit_entries_resource ON audit_entries (organization_id, resource, sequence);
CREATE INDEX audit_entries_action ON audit_entries (organization_id, action, sequence);
CREATE INDEX audit_entries_occurred_at ON audit_entries (organization_id, occurred_at);
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_entries USING (organization_id = app_organization());

-- Append-only: the application has no right to change an entry, and neither has the owner of the table without
-- switching the trigger off first.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries FROM billwright_app;
CREATE FUNCTION audit_entries_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER audit_entries_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
	FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_are_final();

-- Address and user agent are personal data. They stand apart, so that they can be forgotten while the chain holds.
CREATE TABLE audit_origins (
	organization_id uuid NOT NULL DEFAULT app_organization() REFERENCES organizations,
	sequence bigint NOT NULL,
	actor text NOT NULL,
	ip text,
	user_agent text,
	salt text NOT NULL,
	PRIMARY KEY (organization_id, sequence)
);
CREATE INDEX audit_origins_actor ON audit_origins (actor);
ALTER TABLE audit_origins ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_origins FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_origins USING (organization_id = app_organization());
CREATE POLICY found ON audit_origins FOR SELECT USING (app_system());
CREATE POLICY forgotten ON audit_origins FOR DELETE USING (app_system());
