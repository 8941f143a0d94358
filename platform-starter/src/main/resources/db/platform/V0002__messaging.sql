-- What is to be published. A row is written in the transaction of the change that it tells of and deleted in the
-- transaction that saw the broker acknowledge it, so the table is empty when nothing waits.
CREATE TABLE outbox (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_id uuid NOT NULL,
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	topic text NOT NULL,
	type text NOT NULL,
	subject text NOT NULL,
	recorded_at timestamptz NOT NULL,
	traceparent text,
	payload text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY recording ON outbox FOR INSERT WITH CHECK (organization_id = app_organization() AND live = app_live());
CREATE POLICY relaying ON outbox FOR SELECT USING (app_system());
CREATE POLICY published ON outbox FOR DELETE USING (app_system());

-- Which events have had their effect. A row is written in the transaction of the effect.
CREATE TABLE inbox (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	event_id uuid NOT NULL,
	subscription text NOT NULL,
	handled_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (organization_id, live, event_id, subscription)
);
CREATE INDEX inbox_handled_at ON inbox (handled_at);
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inbox USING (organization_id = app_organization() AND live = app_live());
CREATE POLICY bookkeeping ON inbox FOR SELECT USING (app_system());
CREATE POLICY expiry ON inbox FOR DELETE USING (app_system());
