-- Money and lines that are given to an account by hand and wait for its bills.

-- A line that comes computed: a charge or credit by hand, a late fee, interest. Billed once; withdrawn, it is taken back.
CREATE TABLE given_line (
    customer_id     bigint      NOT NULL,
    line_id         bigint      NOT NULL,
    tenant_id       integer     NOT NULL,
    account_id      bigint      NOT NULL,
    kind            text        NOT NULL,   -- charge | late-fee | interest | use (of a right, at nothing)
    on_date         date        NOT NULL,   -- billed with the first bill on or after it; the tax date
    description     text        NOT NULL,   -- as printed
    amount_minor    bigint      NOT NULL,   -- as priced; negative: a credit
    tax             text        NOT NULL,   -- category
    tax_included    boolean     NOT NULL,
    revenue_account text        NOT NULL,
    reason          text        NOT NULL DEFAULT '',
    actor           text        NOT NULL,
    created_at      timestamptz NOT NULL,
    withdrawn_at    timestamptz NULL,
    PRIMARY KEY (customer_id, line_id),
    FOREIGN KEY (customer_id, account_id) REFERENCES billing_account (customer_id, account_id)
);
CREATE INDEX ix_given_line_account ON given_line (customer_id, account_id);

-- Money of the customer that bills set off: credits (goodwill) and deposits. What is left = amount - returned - used on documents
-- that are not cancelled.
CREATE TABLE account_credit (
    customer_id    bigint      NOT NULL,
    credit_id      bigint      NOT NULL,
    tenant_id      integer     NOT NULL,
    account_id     bigint      NOT NULL,
    kind           text        NOT NULL,   -- credit | deposit
    before_tax     boolean     NOT NULL,
    at_end         boolean     NOT NULL,   -- waits for the final bill, after the end of the account
    amount_minor   bigint      NOT NULL,
    returned_minor bigint      NOT NULL DEFAULT 0,   -- paid out, or withdrawn
    returns        integer     NOT NULL DEFAULT 0,   -- how often
    description    text        NOT NULL,   -- as printed
    reason         text        NOT NULL DEFAULT '',
    given_on       date        NOT NULL,
    actor          text        NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (customer_id, credit_id),
    FOREIGN KEY (customer_id, account_id) REFERENCES billing_account (customer_id, account_id)
);
CREATE INDEX ix_account_credit_account ON account_credit (customer_id, account_id);

-- What a document sets off of which money.
CREATE TABLE document_credit (
    customer_id    bigint  NOT NULL,
    document_id    bigint  NOT NULL,
    credit_id      bigint  NOT NULL,
    tenant_id      integer NOT NULL,
    kind           text    NOT NULL,   -- credit | deposit
    description    text    NOT NULL,
    before_tax     boolean NOT NULL,   -- it is a line; else it lowers what is left to pay
    amount_minor   bigint  NOT NULL,
    ledger_account text    NOT NULL,   -- debited; empty: the chart's for deposits
    PRIMARY KEY (customer_id, document_id, credit_id),
    FOREIGN KEY (customer_id, document_id) REFERENCES document (customer_id, document_id)
);
CREATE INDEX ix_document_credit_credit ON document_credit (customer_id, credit_id);
