-- What an event of usage may have beside its charge, and what is known of subscribers beside their offers.
-- See docs/decisions/0051-stored-depth.md. Rows of events are written with their charge and never changed.

-- The shares of a charge under several price keys (a call over the boundary of a time band). Sums are the charge's.
CREATE TABLE charge_part (
    customer_id     bigint      NOT NULL,
    event_time      timestamptz NOT NULL,
    event_id        uuid        NOT NULL,   -- 16 bytes on SQLite
    part            integer     NOT NULL,   -- 0, 1 … in order of time; the charge's events count with part 0
    tenant_id       integer     NOT NULL,
    seq             bigint      NOT NULL,
    account_id      bigint      NOT NULL,
    subscription_id bigint      NOT NULL,
    slot_no         integer     NOT NULL,
    price_key_id    integer     NOT NULL,
    events          integer     NOT NULL,
    used            bigint      NOT NULL,
    charged         bigint      NOT NULL,
    from_allowances bigint      NOT NULL,
    amount          bigint      NOT NULL,
    from_money      bigint      NOT NULL,
    PRIMARY KEY (customer_id, event_time, event_id, part)
);

-- The prices of other parties for the same event.
CREATE TABLE charge_leg (
    customer_id       bigint      NOT NULL,   -- of the charge
    event_time        timestamptz NOT NULL,
    event_id          uuid        NOT NULL,
    leg               integer     NOT NULL,   -- 0, 1 …
    tenant_id         integer     NOT NULL,
    seq               bigint      NOT NULL,
    subscription_id   bigint      NOT NULL,
    code              text        NOT NULL,   -- of the leg in the catalogue
    kind              smallint    NOT NULL,   -- LegKind: 0 reseller, 1 wholesale, 2 interconnect, 3 roaming
    party_customer_id bigint      NULL,       -- null: nobody was known under the party's key then
    party_account_id  bigint      NULL,
    price_key_id      integer     NOT NULL,   -- plan, zone and currency of the leg; 0: it has no price
    catalog_version   integer     NOT NULL,
    refusal           smallint    NOT NULL,   -- HoldReason; 0: none
    used              bigint      NOT NULL,
    charged           bigint      NOT NULL,
    amount            bigint      NOT NULL,   -- stored steps of the leg's currency
    retail_key_id     integer     NOT NULL,   -- price key of the charge
    PRIMARY KEY (customer_id, event_time, event_id, leg)
);
CREATE INDEX ix_charge_leg_time ON charge_leg (tenant_id, event_time);

-- What batches added up for parties and the roll-up has not yet taken. Deleted in the transaction that takes it.
CREATE TABLE leg_due (
    due_id            bigint  NOT NULL PRIMARY KEY,
    tenant_id         integer NOT NULL,
    party_customer_id bigint  NOT NULL,   -- 0: nobody is known under the key yet; it waits
    party_account_id  bigint  NOT NULL,
    party_key         text    NOT NULL,   -- external key of an account, or parent:CUSTOMER; empty when the account is known
    code              text    NOT NULL,
    kind              smallint NOT NULL,
    price_key_id      integer NOT NULL,
    usage_date        date    NOT NULL,   -- day of use, UTC
    events            bigint  NOT NULL,
    used              bigint  NOT NULL,
    charged           bigint  NOT NULL,
    amount            bigint  NOT NULL
);
CREATE INDEX ix_leg_due_party ON leg_due (tenant_id, party_customer_id, due_id);

-- What of a party's usage totals (subscription 0) comes from legs. Amounts are as they are billed: positive when the party pays
-- (reseller, wholesale), negative when it is paid (interconnect, roaming).
CREATE TABLE leg_total (
    customer_id  bigint  NOT NULL,   -- the party
    account_id   bigint  NOT NULL,
    slot_no      integer NOT NULL,
    code         text    NOT NULL,
    price_key_id integer NOT NULL,
    event_period date    NOT NULL,   -- as in usage_total
    tenant_id    integer NOT NULL,
    events       bigint  NOT NULL,
    used         bigint  NOT NULL,
    charged      bigint  NOT NULL,
    amount       bigint  NOT NULL,
    PRIMARY KEY (customer_id, account_id, slot_no, code, price_key_id, event_period)
);

-- How far a party's roll-up has come.
CREATE TABLE leg_position (
    customer_id bigint      NOT NULL PRIMARY KEY,   -- the party
    tenant_id   integer     NOT NULL,
    taken       bigint      NOT NULL,   -- number of dues taken so far
    last_due_id bigint      NOT NULL,
    at          timestamptz NOT NULL
);

-- A pocket passed a percentage of its limit; told once per pocket and percentage.
CREATE TABLE usage_threshold (
    customer_id     bigint      NOT NULL,
    pocket_id       bigint      NOT NULL,
    percent         integer     NOT NULL,
    tenant_id       integer     NOT NULL,
    subscription_id bigint      NOT NULL,   -- whose event passed it
    code            text        NOT NULL,   -- of the allowance or counter
    limit_steps     bigint      NOT NULL,
    event_id        uuid        NOT NULL,
    event_time      timestamptz NOT NULL,
    told_at         timestamptz NOT NULL,
    PRIMARY KEY (customer_id, pocket_id, percent)
);
CREATE INDEX ix_usage_threshold_time ON usage_threshold (tenant_id, event_time);

-- Lists of numbers (friends and family, closed user groups), half-open validity by the time of use.
CREATE TABLE subscriber_number (
    customer_id     bigint      NOT NULL,
    subscription_id bigint      NOT NULL,   -- 0: all subscriptions of the customer
    list            text        NOT NULL,
    number          text        NOT NULL,   -- E.164 digits
    valid_from      timestamptz NOT NULL,
    valid_to        timestamptz NULL,
    tenant_id       integer     NOT NULL,
    PRIMARY KEY (customer_id, subscription_id, list, number, valid_from)
);
