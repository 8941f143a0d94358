CREATE TABLE product (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	external_id text,
	name text NOT NULL,
	description text,
	unit text,
	metadata jsonb NOT NULL,
	archived_at timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	sort_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(searchable(name), 80)) STORED,
	PRIMARY KEY (organization_id, live, id),
	UNIQUE (organization_id, live, external_id)
);
CREATE INDEX product_created_at ON product (organization_id, live, created_at, id);
CREATE INDEX product_sort_name ON product (organization_id, live, sort_name, id);
ALTER TABLE product ENABLE ROW LEVEL SECURITY;
ALTER TABLE product FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON product USING (organization_id = app_organization() AND live = app_live());

CREATE TABLE price (
	organization_id uuid NOT NULL DEFAULT app_organization(),
	live boolean NOT NULL DEFAULT app_live(),
	id uuid NOT NULL,
	version bigint NOT NULL,
	product_id uuid NOT NULL,
	external_id text,
	nickname text,
	-- The pricing model with its parameters, for example {"model": "per_unit", "unit_amount": "0.0045"}.
	pricing jsonb NOT NULL,
	currency text NOT NULL,
	-- How often it is charged, for example {"interval": "month", "count": 1}; NULL for once.
	recurrence jsonb,
	metadata jsonb NOT NULL,
	archived_at timestamptz,
	created_at timestamptz NOT NULL,
	updated_at timestamptz NOT NULL,
	PRIMARY KEY (organization_id, live, id),
	UNIQUE (organization_id, live, external_id),
	FOREIGN KEY (organization_id, live, product_id) REFERENCES product (organization_id, live, id)
);
CREATE INDEX price_created_at ON price (organization_id, live, created_at, id);
CREATE INDEX price_product ON price (organization_id, live, product_id, created_at, id);
ALTER TABLE price ENABLE ROW LEVEL SECURITY;
ALTER TABLE price FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON price USING (organization_id = app_organization() AND live = app_live());
