-- Who is asking, as the transaction manager has set it. Inlined into every policy, so that an index which starts with
-- (organization_id, live, ...) serves it.
CREATE FUNCTION app_organization() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.organization_id', true), '')::uuid;

CREATE FUNCTION app_live() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN current_setting('app.mode', true) IS DISTINCT FROM 'test';

CREATE FUNCTION app_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN current_setting('app.system', true) IS NOT DISTINCT FROM 'on';

-- Repeated writes. The client's key is kept as a hash only, and the stored answer is encrypted with the key itself:
-- who reads this table learns neither.
CREATE TABLE idempotency_record (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	key_hash bytea NOT NULL,
	request_hash bytea NOT NULL,
	status integer NOT NULL,
	answer bytea NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, live, key_hash)
);
CREATE INDEX idempotency_record_created_at ON idempotency_record (created_at);
ALTER TABLE idempotency_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_record FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON idempotency_record USING (organization_id = app_organization() AND live = app_live());
CREATE POLICY bookkeeping ON idempotency_record FOR SELECT USING (app_system());
CREATE POLICY expiry ON idempotency_record FOR DELETE USING (app_system());
