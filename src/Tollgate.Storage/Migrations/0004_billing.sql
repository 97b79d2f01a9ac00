-- Bill runs and documents. A draft is replaced; an issued document is frozen.

CREATE TABLE bill_run (
    run_id      bigint      NOT NULL PRIMARY KEY,
    tenant_id   integer     NOT NULL,
    seller_id   bigint      NULL,
    cycle_day   integer     NOT NULL,   -- 0: see cycle
    cycle       text        NOT NULL DEFAULT '',   -- cycle that is not monthly
    bill_date   date        NOT NULL,   -- the boundary: periods ending on it are billed
    phase       text        NOT NULL,   -- drafting | drafted | accepted | issued | sent
    accounts    integer     NOT NULL DEFAULT 0,   -- due for this run
    done        integer     NOT NULL DEFAULT 0,
    parked      integer     NOT NULL DEFAULT 0,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NULL,
    UNIQUE (tenant_id, cycle_day, cycle, bill_date)
);

CREATE TABLE document (
    customer_id     bigint      NOT NULL,
    document_id     bigint      NOT NULL,
    tenant_id       integer     NOT NULL,
    seller_id       bigint      NOT NULL,
    account_id      bigint      NOT NULL,
    run_id          bigint      NULL,
    kind            text        NOT NULL,   -- invoice | credit-note | debit-note | advance-invoice | tax-correction | statement
    type_code       text        NOT NULL DEFAULT '',   -- document type; empty: the built-in one of the kind
    reason          text        NOT NULL DEFAULT '',   -- why it was made, as printed
    phase           text        NOT NULL,   -- draft | accepted | issued | cancelled
    number          text        NULL,       -- gap-free per seller and series, given at issue
    number_series   text        NULL,       -- e.g. invoice-2026
    number_value    bigint      NULL,       -- 1, 2, 3 … within the series
    period_from     date        NOT NULL,
    period_to       date        NOT NULL,   -- excluded
    issue_date      date        NULL,
    due_date        date        NULL,
    currency        text        NOT NULL,
    net_minor       bigint      NOT NULL,
    tax_minor       bigint      NOT NULL,
    gross_minor     bigint      NOT NULL,
    settled_minor   bigint      NOT NULL,   -- part already paid from prepaid pockets, rounded line by line
    settled_steps   bigint      NOT NULL,   -- the same exactly, in stored steps of the currency
    credited_minor  bigint      NOT NULL DEFAULT 0,   -- money of the customer set off after tax
    rounding_minor  bigint      NOT NULL DEFAULT 0,   -- what cash rounding adds to what is left to pay
    tax_country     text        NOT NULL,
    catalog_version integer     NOT NULL,
    fingerprint     text        NOT NULL,   -- SHA-256 of the inputs
    snapshot        text        NULL,       -- JSON of the printed view, frozen at issue
    snapshot_hash   text        NULL,
    template_version text       NULL,
    created_at      timestamptz NOT NULL,
    issued_at       timestamptz NULL,
    PRIMARY KEY (customer_id, document_id)
);
CREATE UNIQUE INDEX ix_document_number ON document (customer_id, seller_id, number_series, number_value);
CREATE INDEX ix_document_run ON document (tenant_id, run_id, phase);
CREATE INDEX ix_document_account ON document (customer_id, account_id, period_from);

-- What may still change about an issued document.
CREATE TABLE document_state (
    customer_id bigint      NOT NULL,
    document_id bigint      NOT NULL,
    tenant_id   integer     NOT NULL,
    delivery    text        NOT NULL,   -- pending | sent
    sent_at     timestamptz NULL,
    PRIMARY KEY (customer_id, document_id),
    FOREIGN KEY (customer_id, document_id) REFERENCES document (customer_id, document_id)
);

CREATE TABLE document_line (
    customer_id     bigint   NOT NULL,
    document_id     bigint   NOT NULL,
    line_no         integer  NOT NULL,
    tenant_id       integer  NOT NULL,
    account_id      bigint   NOT NULL,
    kind            text     NOT NULL,   -- recurring | one-time | usage | discount | adjustment
    reason          text     NOT NULL,   -- due | changed | no-longer-due
    item_kind       text     NOT NULL DEFAULT '',  -- kind of the item billed or corrected; empty for usage
    item_offer      text     NOT NULL DEFAULT '',  -- offer that the item's price is of
    basis_from      date     NULL,       -- whole period of a recurring item
    basis_to        date     NULL,
    group_label     text     NOT NULL DEFAULT '',  -- what the customer knows the subscription by, e.g. the phone number
    group_offer     text     NOT NULL DEFAULT '',  -- name of its offer
    subscription_id bigint   NULL,
    code            text     NOT NULL,   -- price code, or price key text
    price_key_id    integer  NULL,
    description     text     NOT NULL,
    period_from     date     NOT NULL,
    period_to       date     NOT NULL,
    quantity        text     NOT NULL,   -- decimal, as printed; usage is exact in base_units
    unit            text     NOT NULL,
    unit_price      text     NOT NULL,   -- exact decimal, major units; empty where there is no single one
    amount_minor    bigint   NOT NULL,   -- as priced: with tax where tax_included
    tax_included    boolean  NOT NULL,
    net_minor       bigint   NOT NULL,
    tax_minor       bigint   NOT NULL DEFAULT 0,   -- all taxes on the line
    tax_code        text     NOT NULL,
    tax_percent     text     NOT NULL,             -- all percentages as one
    tax_set         text     NOT NULL DEFAULT '',  -- JSON: taxes and levies with their amounts; empty: the category's rate alone
    levy_lines      bigint   NOT NULL DEFAULT 0,   -- how often fixed levies per charge apply
    levy_services   bigint   NOT NULL DEFAULT 0,   -- how often fixed levies per service apply: months times units
    parent_no       integer  NULL,                 -- the line that this one is a part of; amounts are held by the parts
    final_credit    boolean  NOT NULL DEFAULT false, -- a credit that stays one: the item is not billed again
    revenue_account text     NOT NULL,
    explanation     text     NOT NULL DEFAULT '',
    events          bigint   NOT NULL DEFAULT 0,   -- usage: number of events
    base_units      bigint   NOT NULL DEFAULT 0,   -- usage charged: ms, octets, events
    free_base_units bigint   NOT NULL DEFAULT 0,   -- part of it that allowances paid
    PRIMARY KEY (customer_id, document_id, line_no),
    FOREIGN KEY (customer_id, document_id) REFERENCES document (customer_id, document_id)
);

-- Tax per tax and rate (EN 16931 BG-23).
CREATE TABLE document_tax (
    customer_id    bigint  NOT NULL,
    document_id    bigint  NOT NULL,
    tax_no         integer NOT NULL,   -- 1, 2, 3 … in printed order
    tenant_id      integer NOT NULL,
    tax_code       text    NOT NULL,   -- category or rule
    tax_percent    text    NOT NULL,
    fixed_amount   text    NOT NULL DEFAULT '',   -- major units; empty: a percentage
    name           text    NOT NULL,
    country        text    NOT NULL,
    region         text    NOT NULL DEFAULT '',   -- region or region/locality
    treatment      text    NOT NULL DEFAULT 'taxed',   -- taxed | reverse-charge | exempt | outside-scope | zero-rated
    note           text    NOT NULL DEFAULT '',   -- what the document must say
    ledger_account text    NOT NULL DEFAULT '',   -- empty: the chart's, by country and rate
    base_minor     bigint  NOT NULL,
    tax_minor      bigint  NOT NULL,
    PRIMARY KEY (customer_id, document_id, tax_no),
    FOREIGN KEY (customer_id, document_id) REFERENCES document (customer_id, document_id)
);

-- Which document bills which usage totals: those of one slot and one period of use. Usage of a later period than the billed one stays
-- in its slot unclaimed; bill_slot.document_id is set when the last totals of the slot are claimed.
CREATE TABLE usage_claim (
    customer_id  bigint  NOT NULL,
    account_id   bigint  NOT NULL,
    slot_no      integer NOT NULL,
    event_period date    NOT NULL,
    tenant_id    integer NOT NULL,
    document_id  bigint  NOT NULL,
    PRIMARY KEY (customer_id, account_id, slot_no, event_period)
);
CREATE INDEX ix_usage_claim_document ON usage_claim (customer_id, document_id);

-- An account that a run could not bill: why, until mended.
CREATE TABLE parked_account (
    customer_id bigint      NOT NULL,
    account_id  bigint      NOT NULL,
    run_id      bigint      NOT NULL,
    tenant_id   integer     NOT NULL,
    reason      text        NOT NULL,
    detail      text        NOT NULL,
    parked_at   timestamptz NOT NULL,
    resolved_at timestamptz NULL,
    PRIMARY KEY (customer_id, account_id, run_id)
);

CREATE TABLE number_series (
    seller_id   bigint  NOT NULL,
    series      text    NOT NULL,   -- e.g. invoice-2026
    tenant_id   integer NOT NULL,
    next_number bigint  NOT NULL,
    PRIMARY KEY (seller_id, series)
);
