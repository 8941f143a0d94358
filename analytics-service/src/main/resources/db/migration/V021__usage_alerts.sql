-- Levels of a meter's figure that somebody wants to be told of.
CREATE TABLE usage_alert (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	meter_id uuid NOT NULL,
	customer_id uuid,
	period text NOT NULL,
	levels text[] NOT NULL,
	ended_at timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id)
);
CREATE INDEX usage_alert_meter ON usage_alert (organization_id, live, meter_id) WHERE ended_at IS NULL;

-- What alerts have told: once for each customer, level and period, whoever looks and however often.
CREATE TABLE usage_alert_reached (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	alert_id uuid NOT NULL,
	customer_id uuid NOT NULL,
	level text COLLATE "C" NOT NULL,
	figure numeric NOT NULL,
	period_start timestamptz NOT NULL,
	period_end timestamptz NOT NULL,
	reached_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id),
	UNIQUE (organization_id, live, alert_id, customer_id, level, period_start)
);
CREATE INDEX usage_alert_reached_alert ON usage_alert_reached (organization_id, live, alert_id, id);

ALTER TABLE usage_alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_alert FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_alert USING (organization_id = app_organization() AND live = app_live());
ALTER TABLE usage_alert_reached ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_alert_reached FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_alert_reached USING (organization_id = app_organization() AND live = app_live());
