-- Where an account is for tax and what it is, from a day on. Without rows: its tax country, and a business when the party has a tax id.
CREATE TABLE tax_standing (
    customer_id bigint  NOT NULL,
    account_id  bigint  NOT NULL,
    valid_from  date    NOT NULL,
    tenant_id   integer NOT NULL,
    country     text    NOT NULL,
    region      text    NOT NULL DEFAULT '',
    locality    text    NOT NULL DEFAULT '',
    type        text    NOT NULL,   -- consumer | business | exempt
    PRIMARY KEY (customer_id, account_id, valid_from)
);

-- Papers by which an account does not pay some taxes.
CREATE TABLE tax_exemption (
    customer_id  bigint      NOT NULL,
    exemption_id bigint      NOT NULL,
    tenant_id    integer     NOT NULL,
    account_id   bigint      NOT NULL,
    taxes        text        NOT NULL DEFAULT '',   -- codes separated by blanks; empty: all that can be exempt
    reason       text        NOT NULL,              -- as printed
    certificate  text        NOT NULL DEFAULT '',
    valid_from   date        NOT NULL,
    valid_to     date        NULL,                  -- excluded
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (customer_id, exemption_id)
);
CREATE INDEX ix_tax_exemption_account ON tax_exemption (customer_id, account_id);
