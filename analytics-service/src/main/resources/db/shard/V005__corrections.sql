-- Corrections (decision 11): an event is corrected in its row, so that its key stays known and its place in every list the
-- same. What was before is kept beside it.
ALTER TABLE usage_event ADD COLUMN voided_at timestamptz;

-- The last event that an archived meter has counted; not known of those that were archived before this column.
ALTER TABLE meter_activation ADD COLUMN end_seq bigint;

-- Who corrects locks the watermark as a tenant, and cannot move it.
CREATE POLICY correcting ON rollup_watermark FOR UPDATE USING ((SELECT app_organization()) IS NOT NULL) WITH CHECK (false);

-- And notes whose figures it has changed.
CREATE POLICY correcting ON usage_touched USING (organization_id = (SELECT app_organization())
	AND live = (SELECT app_live()));

CREATE TABLE usage_correction (
	id uuid PRIMARY KEY,
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	customer_id uuid NOT NULL,
	type text NOT NULL,
	reason text NOT NULL,
	created_by text NOT NULL,
	created_at timestamptz NOT NULL
);
CREATE INDEX usage_correction_customer ON usage_correction (customer_id, id);

-- The rows of usage_event that a correction has changed, as they were and as they became; NULL where there was none.
CREATE TABLE usage_event_change (
	correction_id uuid NOT NULL REFERENCES usage_correction,
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	key_hash uuid NOT NULL,
	accepted_month date NOT NULL,
	before jsonb,
	after jsonb,
	PRIMARY KEY (correction_id, key_hash, accepted_month)
);
CREATE INDEX usage_event_change_event ON usage_event_change (key_hash, correction_id);

ALTER TABLE usage_correction ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_correction FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_correction USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));
ALTER TABLE usage_event_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_event_change FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_event_change USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));

-- Backfills (decision 11): events that are to replace a customer's events of a period. They are kept apart until they do.
CREATE TABLE usage_backfill (
	id uuid PRIMARY KEY,
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	customer_id uuid NOT NULL,
	metric text COLLATE "C",
	starts_at timestamptz NOT NULL,
	ends_at timestamptz NOT NULL,
	status text NOT NULL,
	reason text NOT NULL,
	created_by text NOT NULL,
	created_at timestamptz NOT NULL,
	correction_id uuid REFERENCES usage_correction,
	applied_at timestamptz,
	reverted_at timestamptz
);
CREATE INDEX usage_backfill_customer ON usage_backfill (customer_id, id);
CREATE INDEX usage_backfill_draft ON usage_backfill (organization_id, live) WHERE status = 'draft';
CREATE INDEX usage_backfill_correction ON usage_backfill (correction_id);

CREATE TABLE usage_backfill_event (
	backfill_id uuid NOT NULL REFERENCES usage_backfill ON DELETE CASCADE,
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	key_hash uuid NOT NULL,
	key text COLLATE "C" NOT NULL,
	metric text COLLATE "C" NOT NULL,
	quantity numeric NOT NULL,
	happened_at timestamptz NOT NULL,
	properties jsonb,
	PRIMARY KEY (backfill_id, key_hash)
);

ALTER TABLE usage_backfill ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_backfill FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_backfill USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));
ALTER TABLE usage_backfill_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_backfill_event FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_backfill_event USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));

-- Figures that have been billed. What they are now is counted when somebody asks; what they were is kept here.
CREATE TABLE usage_closing (
	id uuid PRIMARY KEY,
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	customer_id uuid NOT NULL,
	starts_at timestamptz NOT NULL,
	ends_at timestamptz NOT NULL,
	created_by text NOT NULL,
	created_at timestamptz NOT NULL
);
CREATE INDEX usage_closing_customer ON usage_closing (customer_id, id);

-- Exact values; NULL where there was none, as the largest of no events. Billed is what the customer has been billed in all, by
-- the closing itself and by what was settled since.
CREATE TABLE usage_closing_figure (
	closing_id uuid NOT NULL REFERENCES usage_closing,
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	meter_id uuid NOT NULL,
	definition uuid NOT NULL,
	closed numeric,
	billed numeric,
	settled_at timestamptz,
	PRIMARY KEY (closing_id, meter_id)
);

ALTER TABLE usage_closing ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_closing FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_closing USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));
ALTER TABLE usage_closing_figure ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_closing_figure FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON usage_closing_figure USING ((SELECT app_system())
	OR (organization_id = (SELECT app_organization()) AND live = (SELECT app_live())));
