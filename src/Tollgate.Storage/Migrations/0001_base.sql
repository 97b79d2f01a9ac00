-- Tenants, sellers, customers, accounts, subscriptions, identities, catalogue versions.
-- One dialect for both databases: SQLite takes any type name; times are timestamptz on PostgreSQL and INTEGER microseconds on
-- SQLite, dates are date and TEXT yyyy-MM-dd. Money columns are bigint: *_minor in minor units, others in stored steps of the unit.
-- Customer-scoped tables have customer_id first in every key (see docs/decisions/0002 and docs/architecture.md).

CREATE TABLE id_block (
    name        text   NOT NULL PRIMARY KEY,
    next_value  bigint NOT NULL
);
INSERT INTO id_block (name, next_value) VALUES ('entity', 1000);

CREATE TABLE tenant (
    tenant_id   integer     NOT NULL PRIMARY KEY,
    code        text        NOT NULL UNIQUE,
    name        text        NOT NULL,
    test_clock  timestamptz NULL,          -- null: the host's clock
    created_at  timestamptz NOT NULL
);

CREATE TABLE seller (
    seller_id     bigint      NOT NULL PRIMARY KEY,
    tenant_id     integer     NOT NULL REFERENCES tenant (tenant_id),
    code          text        NOT NULL,
    name          text        NOT NULL,
    legal_name    text        NOT NULL,
    tax_id        text        NOT NULL DEFAULT '',
    country       text        NOT NULL,    -- ISO 3166-1 alpha-2
    time_zone     text        NOT NULL,    -- tz database name
    currency      text        NOT NULL,    -- ISO 4217
    address       text        NOT NULL DEFAULT '',   -- lines separated by \n
    email         text        NOT NULL DEFAULT '',
    phone         text        NOT NULL DEFAULT '',
    web           text        NOT NULL DEFAULT '',
    iban          text        NOT NULL DEFAULT '',
    bic           text        NOT NULL DEFAULT '',
    bank          text        NOT NULL DEFAULT '',
    creditor_id   text        NOT NULL DEFAULT '',   -- SEPA creditor identifier, for direct debits
    number_prefix text        NOT NULL DEFAULT '',   -- of document numbers
    created_at    timestamptz NOT NULL,
    ended_at      timestamptz NULL,
    UNIQUE (tenant_id, code)
);

CREATE TABLE customer (
    customer_id        bigint      NOT NULL PRIMARY KEY,
    tenant_id          integer     NOT NULL REFERENCES tenant (tenant_id),
    seller_id          bigint      NOT NULL REFERENCES seller (seller_id),
    parent_customer_id bigint      NULL,   -- reseller
    external_key       text        NOT NULL,  -- the operator's own customer number, unique per tenant through customer_directory
    phase              text        NOT NULL,  -- active | ended
    created_at         timestamptz NOT NULL,
    ended_at           timestamptz NULL
);
CREATE INDEX ix_customer_tenant ON customer (tenant_id, seller_id);

-- Personal data lives here only; erasing a person empties this row.
CREATE TABLE party (
    customer_id  bigint NOT NULL PRIMARY KEY REFERENCES customer (customer_id),
    tenant_id    integer NOT NULL,
    name         text   NOT NULL,
    organisation boolean NOT NULL,
    tax_id       text   NOT NULL DEFAULT '',
    email        text   NOT NULL DEFAULT '',
    phone        text   NOT NULL DEFAULT '',
    street       text   NOT NULL DEFAULT '',
    postcode     text   NOT NULL DEFAULT '',
    city         text   NOT NULL DEFAULT '',
    country      text   NOT NULL DEFAULT '',
    iban         text   NOT NULL DEFAULT ''
);

CREATE TABLE billing_account (
    customer_id    bigint      NOT NULL REFERENCES customer (customer_id),
    account_id     bigint      NOT NULL,
    tenant_id      integer     NOT NULL,
    seller_id      bigint      NOT NULL,
    external_key   text        NOT NULL,
    currency       text        NOT NULL,
    cycle_day      integer     NOT NULL,   -- 1..31; 0: see cycle
    cycle          text        NOT NULL DEFAULT '',   -- bill cycle that is not monthly, e.g. 2 weeks from 2026-01-05
    bills_to_account_id bigint NULL,       -- account of the same customer on whose bills this one is
    time_zone      text        NOT NULL,
    language       text        NOT NULL DEFAULT 'en',
    tax_country    text        NOT NULL,
    terms_days     integer     NOT NULL DEFAULT 14,
    payment_method text        NOT NULL DEFAULT 'transfer',  -- transfer | direct-debit | card | cash
    iban           text        NOT NULL DEFAULT '',          -- debited account; empty: the party's
    mandate        text        NOT NULL DEFAULT '',          -- reference of the direct-debit mandate; empty: none, bills ask for a transfer
    mandate_on     date        NULL,                         -- when it was signed
    credit_limit_minor bigint  NULL,
    beyond_credit  text        NOT NULL DEFAULT 'charge',    -- usage beyond the limit in files: charge | hold
    bill_threshold_minor bigint NULL,      -- usage of this much is billed before its period is over; null: never
    usage_detail   text        NOT NULL DEFAULT 'none',      -- itemised usage on bills: none | masked | full
    phase          text        NOT NULL,   -- active | ended
    opened_on      date        NOT NULL,   -- first day that is billed, in the account's zone
    ended_on       date        NULL,
    billed_to      date        NOT NULL,   -- bill periods before this day have a document; opened_on at first
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (customer_id, account_id)
);
CREATE INDEX ix_billing_account_cycle ON billing_account (tenant_id, cycle_day);
CREATE INDEX ix_billing_account_id ON billing_account (account_id);   -- an id alone leads to its customer

CREATE TABLE subscription (
    customer_id     bigint      NOT NULL,
    subscription_id bigint      NOT NULL,
    tenant_id       integer     NOT NULL,
    account_id      bigint      NOT NULL,
    external_key    text        NOT NULL DEFAULT '',
    base_subscription_id bigint NULL,      -- an add-on hangs on its base
    offer           text        NOT NULL,  -- offer code; its prices are those of the catalogue version in force at the time of use
    quantity        integer     NOT NULL DEFAULT 1,
    phase           text        NOT NULL,  -- active | ended
    started_at      timestamptz NOT NULL,
    ended_at        timestamptz NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (customer_id, subscription_id),
    FOREIGN KEY (customer_id, account_id) REFERENCES billing_account (customer_id, account_id)
);
CREATE INDEX ix_subscription_id ON subscription (subscription_id);

-- The customer's own list of identities; half-open validity.
CREATE TABLE service_identity (
    customer_id     bigint      NOT NULL,
    subscription_id bigint      NOT NULL,
    kind            smallint    NOT NULL,  -- IdentityKind
    value           text        NOT NULL,
    valid_from      timestamptz NOT NULL,
    valid_to        timestamptz NULL,
    tenant_id       integer     NOT NULL,
    PRIMARY KEY (customer_id, subscription_id, kind, value, valid_from),
    FOREIGN KEY (customer_id, subscription_id) REFERENCES subscription (customer_id, subscription_id)
);

-- Guiding: global uniqueness of identities over customers, keyed by what the network knows.
CREATE TABLE service_directory (
    tenant_id       integer     NOT NULL,
    kind            smallint    NOT NULL,
    value           text        NOT NULL,
    valid_from      timestamptz NOT NULL,
    valid_to        timestamptz NULL,
    customer_id     bigint      NOT NULL,
    subscription_id bigint      NOT NULL,
    PRIMARY KEY (tenant_id, kind, value, valid_from)
);

-- Uniqueness of the operator's own keys: kind is customer | account | subscription.
CREATE TABLE key_directory (
    tenant_id    integer NOT NULL,
    kind         text    NOT NULL,
    external_key text    NOT NULL,
    customer_id  bigint  NOT NULL,
    entity_id    bigint  NOT NULL,
    content_hash text    NOT NULL DEFAULT '',   -- a hash per field of what created it: same key with other content is refused
    PRIMARY KEY (tenant_id, kind, external_key)
);

CREATE TABLE catalog_version (
    tenant_id      integer     NOT NULL REFERENCES tenant (tenant_id),
    version        integer     NOT NULL,   -- 1, 2, 3 … per tenant
    base_version   integer     NOT NULL,   -- the version it was made from; 0: none. Publishing is compare-and-swap on it
    effective_from timestamptz NOT NULL,   -- usage from this time on; of all that have begun the highest number wins
    content_hash   text        NOT NULL,
    content        bytea       NOT NULL,   -- package of the files, immutable
    traits         text        NOT NULL,   -- JSON of what must be known before the package is read
    note           text        NOT NULL DEFAULT '',
    published_at   timestamptz NOT NULL,
    retired_at     timestamptz NULL,       -- withdrawn before it was in force; it prices nothing
    PRIMARY KEY (tenant_id, version)
);

-- Work in progress: the files of a catalogue that is not published yet. Saved with the etag that was read before.
CREATE TABLE catalog_draft (
    tenant_id      integer     NOT NULL REFERENCES tenant (tenant_id),
    name           text        NOT NULL,
    base_version   integer     NOT NULL,   -- the version it was made from; 0: none
    etag           text        NOT NULL,   -- changes with every save
    content        bytea       NOT NULL,   -- package of the files, errors and all
    note           text        NOT NULL DEFAULT '',
    saved_at       timestamptz NOT NULL,
    saved_by       text        NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

-- What usage is summed and billed by; made at publishing, never changed. The same content has the same id in every version.
CREATE TABLE price_key (
    tenant_id       integer  NOT NULL,
    price_key_id    integer  NOT NULL,
    plan            text     NOT NULL,
    zone            text     NOT NULL,
    band            text     NOT NULL,
    service         smallint NOT NULL,
    basis           smallint NOT NULL,
    currency        text     NOT NULL,
    tax             text     NOT NULL,
    tax_included    boolean  NOT NULL,
    revenue_account text     NOT NULL,
    label           text     NOT NULL,
    by_time         boolean  NOT NULL DEFAULT false,   -- the plan has time bands
    PRIMARY KEY (tenant_id, price_key_id),
    UNIQUE (tenant_id, plan, zone, band, service, basis, currency, tax, tax_included, revenue_account, label)
);

CREATE TABLE api_key (
    key_id       text        NOT NULL PRIMARY KEY,   -- public part
    tenant_id    integer     NOT NULL REFERENCES tenant (tenant_id),
    name         text        NOT NULL,
    secret_hash  text        NOT NULL,   -- SHA-256 of the secret part
    role         text        NOT NULL,   -- read | write
    created_at   timestamptz NOT NULL,
    revoked_at   timestamptz NULL
);

-- Replays of writes by the caller's key: same key and content answers again, same key and other content is refused.
CREATE TABLE idempotency (
    tenant_id    integer     NOT NULL,
    operation    text        NOT NULL,
    caller_key   text        NOT NULL,
    request_hash text        NOT NULL,   -- a hash per field, so that a refusal can name the field that differs
    response     text        NOT NULL,   -- text form of the id that the write answered with
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, operation, caller_key)
);

CREATE TABLE audit_entry (
    audit_id   bigint      NOT NULL PRIMARY KEY,
    tenant_id  integer     NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,   -- api key, cli, system
    action     text        NOT NULL,   -- e.g. customer.create, document.issue
    subject    text        NOT NULL,   -- text form of the id
    detail     text        NOT NULL DEFAULT ''
);
CREATE INDEX ix_audit_subject ON audit_entry (tenant_id, subject);

CREATE TABLE alert (
    alert_id   bigint      NOT NULL PRIMARY KEY,
    tenant_id  integer     NOT NULL,
    at         timestamptz NOT NULL,
    kind       text        NOT NULL,   -- e.g. usage-held, file-failed, charging-failed, account-parked
    subject    text        NOT NULL,
    count      bigint      NOT NULL DEFAULT 1,
    detail     text        NOT NULL DEFAULT '',
    closed_at  timestamptz NULL,
    closed_by  text        NOT NULL DEFAULT '',   -- who; empty: nobody, its cause is gone
    note       text        NOT NULL DEFAULT ''    -- why it was closed
);
CREATE INDEX ix_alert_open ON alert (tenant_id, closed_at, at);
