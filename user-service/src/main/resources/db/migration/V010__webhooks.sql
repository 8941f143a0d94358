-- Outgoing webhooks: where events go, the events that go there, and how each of them fared. What the relay and the purge do
-- is work above organizations; every statement names the organization and the mode all the same, for the sake of the indexes.

-- The secrets are sealed with a key that the database never sees: whoever signs needs them themselves. A deleted endpoint
-- stays until its deliveries have been purged.
CREATE TABLE webhook_endpoints (
	organization_id uuid NOT NULL DEFAULT app_organization() REFERENCES organizations,
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	url text NOT NULL CHECK (char_length(url) <= 2048),
	description text CHECK (char_length(description) <= 500),
	event_types text[] NOT NULL,
	disabled_reason text CHECK (disabled_reason IN ('by_hand', 'gone', 'failing')),
	secret bytea NOT NULL,
	previous_secret bytea,
	previous_secret_expires_at timestamptz,
	failing_since timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	deleted_at timestamptz,
	PRIMARY KEY (organization_id, live, id)
);
CREATE INDEX webhook_endpoints_deleted ON webhook_endpoints (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_endpoints USING (organization_id = app_organization() AND live = app_live());
CREATE POLICY system ON webhook_endpoints USING (app_system());

-- An event that at least one endpoint wanted. The payload is what is signed, byte for byte.
CREATE TABLE webhook_events (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	payload text NOT NULL,
	created_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id)
);
CREATE INDEX webhook_events_created_at ON webhook_events (created_at);
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_events USING (organization_id = app_organization() AND live = app_live());
CREATE POLICY system ON webhook_events USING (app_system());

-- One event for one endpoint. A pending one is due at due_at: for its next attempt or, while somebody is at it, for another
-- one to take over from whoever died. `attempts` counts all attempts, `tried` those since it was queued or replayed.
CREATE TABLE webhook_deliveries (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	endpoint_id uuid NOT NULL,
	event_id uuid NOT NULL,
	type text NOT NULL,
	state text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
	attempts integer NOT NULL DEFAULT 0,
	tried integer NOT NULL DEFAULT 0,
	due_at timestamptz,
	created_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id),
	UNIQUE (organization_id, live, event_id, endpoint_id),
	FOREIGN KEY (organization_id, live, endpoint_id) REFERENCES webhook_endpoints,
	FOREIGN KEY (organization_id, live, event_id) REFERENCES webhook_events,
	CHECK ((state = 'pending') = (due_at IS NOT NULL))
);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (organization_id, live, endpoint_id, id);
CREATE INDEX webhook_deliveries_undelivered ON webhook_deliveries (organization_id, live, endpoint_id, state, id)
	WHERE state <> 'delivered';
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (organization_id, live, endpoint_id, due_at)
	WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_created_at ON webhook_deliveries (created_at);
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_deliveries USING (organization_id = app_organization() AND live = app_live());
CREATE POLICY system ON webhook_deliveries USING (app_system());

-- What came of an attempt: a status, or an error where no answer came.
CREATE TABLE webhook_attempts (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	delivery_id uuid NOT NULL,
	number integer NOT NULL,
	attempted_at timestamptz NOT NULL,
	duration_ms integer NOT NULL,
	status integer,
	error text,
	answer text,
	PRIMARY KEY (organization_id, live, delivery_id, number),
	FOREIGN KEY (organization_id, live, delivery_id) REFERENCES webhook_deliveries ON DELETE CASCADE,
	CHECK (num_nonnulls(status, error) = 1)
);
ALTER TABLE webhook_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON webhook_attempts USING (organization_id = app_organization() AND live = app_live());
CREATE POLICY system ON webhook_attempts USING (app_system());
