-- Exports of an organization's data: the job, and the file it writes, in parts.

CREATE TABLE exports (
	organization_id uuid NOT NULL DEFAULT app_organization() REFERENCES organizations,
	id uuid NOT NULL,
	status text NOT NULL CHECK (status IN ('pending', 'done', 'failed')),
	requested_by text NOT NULL,
	created_at timestamptz NOT NULL,
	attempts integer NOT NULL DEFAULT 0,
	next_attempt_at timestamptz,
	completed_at timestamptz,
	expires_at timestamptz NOT NULL,
	size_bytes bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (organization_id, id)
);
-- One at a time.
CREATE UNIQUE INDEX exports_pending ON exports (organization_id) WHERE status = 'pending';
CREATE INDEX exports_due ON exports (next_attempt_at) WHERE status = 'pending';
CREATE INDEX exports_expired ON exports (expires_at);
ALTER TABLE exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE exports FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON exports USING (organization_id = app_organization());
CREATE POLICY system ON exports USING (app_system());

CREATE TABLE export_parts (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	export_id uuid NOT NULL,
	ordinal integer NOT NULL,
	content text NOT NULL,
	PRIMARY KEY (organization_id, export_id, ordinal),
	FOREIGN KEY (organization_id, export_id) REFERENCES exports ON DELETE CASCADE
);
ALTER TABLE export_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE export_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON export_parts USING (organization_id = app_organization());
