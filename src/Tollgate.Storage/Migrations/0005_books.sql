-- Open items, payments, journal. Rows are added, never changed; a correction is a new row that points at what it corrects.

CREATE TABLE open_item (
    customer_id  bigint      NOT NULL,
    open_item_id bigint      NOT NULL,
    tenant_id    integer     NOT NULL,
    account_id   bigint      NOT NULL,
    document_id  bigint      NOT NULL,
    currency     text        NOT NULL,
    amount_minor bigint      NOT NULL,   -- positive: the customer owes
    due_date     date        NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (customer_id, open_item_id)
);
CREATE INDEX ix_open_item_document ON open_item (customer_id, document_id);
CREATE INDEX ix_open_item_account ON open_item (customer_id, account_id);

CREATE TABLE payment (
    customer_id  bigint      NOT NULL,
    payment_id   bigint      NOT NULL,
    tenant_id    integer     NOT NULL,
    account_id   bigint      NOT NULL,
    channel      text        NOT NULL,   -- transfer | direct-debit | card | cash | prepaid
    caller_key   text        NOT NULL,   -- the payer's or channel's own key: the same key is the same payment
    reference    text        NOT NULL DEFAULT '',
    currency     text        NOT NULL,
    amount_minor bigint      NOT NULL,
    received_on  date        NOT NULL,
    recorded_at  timestamptz NOT NULL,
    reverses     bigint      NULL,
    document_id  bigint      NULL,       -- the document it was meant for; null: the oldest debts
    PRIMARY KEY (customer_id, payment_id),
    UNIQUE (customer_id, caller_key)
);

CREATE TABLE allocation (
    customer_id   bigint      NOT NULL,
    allocation_id bigint      NOT NULL,
    tenant_id     integer     NOT NULL,
    account_id    bigint      NOT NULL,
    payment_id    bigint      NULL,       -- the payment that pays, or
    credit_item_id bigint     NULL,       -- the open item with a negative amount that is set off
    open_item_id  bigint      NOT NULL,
    amount_minor  bigint      NOT NULL,   -- positive; negative where it takes an earlier allocation back
    at            timestamptz NOT NULL,
    reverses      bigint      NULL,
    PRIMARY KEY (customer_id, allocation_id)
);

CREATE INDEX ix_payment_account ON payment (customer_id, account_id);
CREATE INDEX ix_allocation_item ON allocation (customer_id, open_item_id);

CREATE TABLE journal_entry (
    seller_id  bigint      NOT NULL,
    entry_id   bigint      NOT NULL,
    tenant_id  integer     NOT NULL,
    booked_on  date        NOT NULL,   -- in the seller's zone
    kind       text        NOT NULL,   -- document | payment | top-up | opening | adjustment | write-off | usage
    reference  text        NOT NULL,   -- what it books; one entry per kind and reference
    created_at timestamptz NOT NULL,
    PRIMARY KEY (seller_id, entry_id),
    UNIQUE (seller_id, kind, reference)
);

CREATE TABLE journal_line (
    seller_id      bigint  NOT NULL,
    entry_id       bigint  NOT NULL,
    line_no        integer NOT NULL,
    tenant_id      integer NOT NULL,
    ledger_account text    NOT NULL,
    customer_id    bigint  NULL,
    account_id     bigint  NULL,
    unit           text    NOT NULL,
    amount_minor   bigint  NOT NULL,   -- debit positive, credit negative; lines of an entry sum to 0 per unit
    PRIMARY KEY (seller_id, entry_id, line_no),
    FOREIGN KEY (seller_id, entry_id) REFERENCES journal_entry (seller_id, entry_id)
);
CREATE INDEX ix_journal_line_account ON journal_line (seller_id, ledger_account);
