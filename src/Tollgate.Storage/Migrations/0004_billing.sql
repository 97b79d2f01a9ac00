-- Bill runs and documents. A draft is replaced; an issued document is frozen.

CREATE TABLE bill_run (
    run_id      bigint      NOT NULL PRIMARY KEY,
    tenant_id   integer     NOT NULL,
    seller_id   bigint      NULL,
    cycle_day   integer     NOT NULL,
    bill_date   date        NOT NULL,   -- the boundary: periods ending on it are billed
    phase       text        NOT NULL,   -- drafting | drafted | accepted | issued | sent
    accounts    integer     NOT NULL DEFAULT 0,   -- due for this run
    done        integer     NOT NULL DEFAULT 0,
    parked      integer     NOT NULL DEFAULT 0,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NULL,
    UNIQUE (tenant_id, cycle_day, bill_date)
);

CREATE TABLE document (
    customer_id     bigint      NOT NULL,
    document_id     bigint      NOT NULL,
    tenant_id       integer     NOT NULL,
    seller_id       bigint      NOT NULL,
    account_id      bigint      NOT NULL,
    run_id          bigint      NULL,
    kind            text        NOT NULL,   -- invoice | credit-note | debit-note | advance-invoice
    phase           text        NOT NULL,   -- draft | accepted | issued | cancelled
    number          text        NULL,       -- gap-free per seller and series, given at issue
    period_from     date        NOT NULL,
    period_to       date        NOT NULL,   -- excluded
    issue_date      date        NULL,
    due_date        date        NULL,
    currency        text        NOT NULL,
    net_minor       bigint      NOT NULL,
    tax_minor       bigint      NOT NULL,
    gross_minor     bigint      NOT NULL,
    settled_minor   bigint      NOT NULL,   -- part already paid from prepaid pockets
    catalog_version integer     NOT NULL,
    fingerprint     text        NOT NULL,   -- SHA-256 of the inputs
    snapshot        text        NULL,       -- JSON of the printed view, frozen at issue
    snapshot_hash   text        NULL,
    template_version text       NULL,
    created_at      timestamptz NOT NULL,
    issued_at       timestamptz NULL,
    PRIMARY KEY (customer_id, document_id)
);
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
    subscription_id bigint   NULL,
    code            text     NOT NULL,   -- price code, or price key text
    price_key_id    integer  NULL,
    description     text     NOT NULL,
    period_from     date     NOT NULL,
    period_to       date     NOT NULL,
    quantity        text     NOT NULL,   -- exact decimal
    unit            text     NOT NULL,
    unit_price      text     NOT NULL,   -- exact decimal, major units; empty where there is no single one
    net_minor       bigint   NOT NULL,
    tax_code        text     NOT NULL,
    tax_percent     text     NOT NULL,
    revenue_account text     NOT NULL,
    explanation     text     NOT NULL DEFAULT '',
    PRIMARY KEY (customer_id, document_id, line_no),
    FOREIGN KEY (customer_id, document_id) REFERENCES document (customer_id, document_id)
);

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
