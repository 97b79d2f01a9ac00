-- Re-rating: corrections of charges, and the runs that propose and post them. See docs/decisions/0080-explain-and-rerate.md.

-- A correction of a charge: a reversal (kind 1, every sum negative) and the charge that takes its place (kind 0). The first charge is the
-- row of the table charge and counts as generation 0; the charge of the highest generation is the one that is true now.
CREATE TABLE charge_revision (
    customer_id     bigint      NOT NULL,
    event_time      timestamptz NOT NULL,
    event_id        uuid        NOT NULL,   -- 16 bytes on SQLite
    generation      integer     NOT NULL,   -- 1, 2, 3 …; the reversal of generation n - 1 is in generation n
    kind            smallint    NOT NULL,   -- 0 charge, 1 reversal
    tenant_id       integer     NOT NULL,
    run_id          bigint      NOT NULL,   -- the re-rating that posted it
    seq             bigint      NOT NULL,
    account_id      bigint      NOT NULL,
    subscription_id bigint      NOT NULL,
    slot_no         integer     NOT NULL,   -- the slot that was open when it was posted
    price_key_id    integer     NOT NULL,
    catalog_version integer     NOT NULL,
    file_id         bigint      NOT NULL,
    file_offset     bigint      NOT NULL,
    subject         text        NOT NULL,
    origin          text        NOT NULL,
    destination     text        NOT NULL,
    duration_ms     bigint      NOT NULL,   -- like the sums: negative in a reversal
    octets_up       bigint      NOT NULL,
    octets_down     bigint      NOT NULL,
    events          integer     NOT NULL,
    charged         bigint      NOT NULL,
    from_allowances bigint      NOT NULL,
    amount          bigint      NOT NULL,
    from_money      bigint      NOT NULL,
    rated_at        timestamptz NOT NULL,
    attributes      text        NOT NULL DEFAULT '',
    notes           smallint    NOT NULL DEFAULT 0,
    PRIMARY KEY (customer_id, event_time, event_id, generation, kind)
);
CREATE INDEX ix_charge_revision_run ON charge_revision (run_id, customer_id);

-- Everything that was ever posted as a charge. Per slot, price key and period of use it sums to the usage totals.
CREATE VIEW posted_charge AS
SELECT customer_id, event_time, event_id, 0 AS generation, kind, tenant_id, seq, account_id, subscription_id, slot_no, price_key_id,
    catalog_version, file_id, file_offset, subject, origin, destination, duration_ms, octets_up, octets_down, events, charged,
    from_allowances, amount, from_money, rated_at, attributes, notes
FROM charge
UNION ALL
SELECT customer_id, event_time, event_id, generation, kind, tenant_id, seq, account_id, subscription_id, slot_no, price_key_id,
    catalog_version, file_id, file_offset, subject, origin, destination, duration_ms, octets_up, octets_down, events, charged,
    from_allowances, amount, from_money, rated_at, attributes, notes
FROM charge_revision;

-- What re-ratings posted into the totals of a slot for usage of earlier slots, so that the bill can say so.
CREATE TABLE usage_rerated (
    customer_id     bigint  NOT NULL,
    account_id      bigint  NOT NULL,
    slot_no         integer NOT NULL,
    subscription_id bigint  NOT NULL,
    price_key_id    integer NOT NULL,
    event_period    date    NOT NULL,
    run_id          bigint  NOT NULL,
    tenant_id       integer NOT NULL,
    old_amount      bigint  NOT NULL,   -- stored steps of the account's currency
    new_amount      bigint  NOT NULL,
    PRIMARY KEY (customer_id, account_id, slot_no, subscription_id, price_key_id, event_period, run_id)
);

CREATE TABLE rerate_run (
    run_id        bigint      NOT NULL PRIMARY KEY,
    tenant_id     integer     NOT NULL,
    caller_key    text        NOT NULL,   -- the same key is the same run
    reason        text        NOT NULL,
    selection     text        NOT NULL,   -- JSON of RerateSelection
    replay_order  text        NOT NULL,   -- charge | event
    catalogs      text        NOT NULL,   -- fingerprint of the catalogue versions that it was computed with
    phase         text        NOT NULL,   -- computing | computed | approved | cancelled
    customers     integer     NOT NULL,   -- selected
    created_at    timestamptz NOT NULL,
    created_by    text        NOT NULL,
    decided_at    timestamptz NULL,
    decided_by    text        NOT NULL DEFAULT '',
    UNIQUE (tenant_id, caller_key)
);

-- One customer of a run. The sequence is the head's when the difference was computed: when it has moved, the difference has expired.
CREATE TABLE rerate_customer (
    customer_id bigint  NOT NULL,
    run_id      bigint  NOT NULL,
    tenant_id   integer NOT NULL,
    phase       text    NOT NULL,   -- selected | same | changed | refused | expired | posted
    version     bigint  NOT NULL,   -- of the head
    selected    integer NOT NULL,   -- charges that the selection names
    replayed    integer NOT NULL,   -- those and the later ones that were rated again
    changed     integer NOT NULL,
    fingerprint text    NOT NULL,   -- of all changes: what is posted is what was approved
    detail      text    NOT NULL,
    PRIMARY KEY (customer_id, run_id)
);
CREATE INDEX ix_rerate_customer_run ON rerate_customer (run_id, phase, customer_id);

-- What a run changes for one account, in stored steps of its currency.
CREATE TABLE rerate_difference (
    customer_id    bigint  NOT NULL,
    run_id         bigint  NOT NULL,
    account_id     bigint  NOT NULL,
    tenant_id      integer NOT NULL,
    currency       text    NOT NULL,
    changed        integer NOT NULL,   -- charges
    old_amount     bigint  NOT NULL,   -- of the changed charges
    new_amount     bigint  NOT NULL,
    old_from_money bigint  NOT NULL,
    new_from_money bigint  NOT NULL,
    PRIMARY KEY (customer_id, run_id, account_id)
);

-- The shares of corrections under several price keys, like charge_part; a reversal has negative ones.
CREATE TABLE charge_revision_part (
    customer_id     bigint      NOT NULL,
    event_time      timestamptz NOT NULL,
    event_id        uuid        NOT NULL,
    generation      integer     NOT NULL,
    kind            smallint    NOT NULL,   -- 0 charge, 1 reversal
    part            integer     NOT NULL,
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
    PRIMARY KEY (customer_id, event_time, event_id, generation, kind, part)
);

-- The prices of other parties for corrected events, like charge_leg; a reversal has negative ones.
CREATE TABLE charge_revision_leg (
    customer_id       bigint      NOT NULL,
    event_time        timestamptz NOT NULL,
    event_id          uuid        NOT NULL,
    generation        integer     NOT NULL,
    charge_kind       smallint    NOT NULL,   -- 0 charge, 1 reversal
    leg               integer     NOT NULL,
    tenant_id         integer     NOT NULL,
    seq               bigint      NOT NULL,
    subscription_id   bigint      NOT NULL,
    code              text        NOT NULL,
    kind              smallint    NOT NULL,
    party_customer_id bigint      NULL,
    party_account_id  bigint      NULL,
    price_key_id      integer     NOT NULL,
    catalog_version   integer     NOT NULL,
    refusal           smallint    NOT NULL,
    used              bigint      NOT NULL,
    charged           bigint      NOT NULL,
    amount            bigint      NOT NULL,
    retail_key_id     integer     NOT NULL,
    PRIMARY KEY (customer_id, event_time, event_id, generation, charge_kind, leg)
);
CREATE INDEX ix_charge_revision_leg_time ON charge_revision_leg (tenant_id, event_time);

CREATE VIEW posted_part AS
SELECT customer_id, event_time, event_id, 0 AS generation, 0 AS kind, part, tenant_id, seq, account_id, subscription_id, slot_no,
    price_key_id, events, used, charged, from_allowances, amount, from_money
FROM charge_part
UNION ALL
SELECT customer_id, event_time, event_id, generation, kind, part, tenant_id, seq, account_id, subscription_id, slot_no,
    price_key_id, events, used, charged, from_allowances, amount, from_money
FROM charge_revision_part;

CREATE VIEW posted_leg AS
SELECT customer_id, event_time, event_id, 0 AS generation, 0 AS charge_kind, leg, tenant_id, seq, subscription_id, code, kind,
    party_customer_id, party_account_id, price_key_id, catalog_version, refusal, used, charged, amount, retail_key_id
FROM charge_leg
UNION ALL
SELECT customer_id, event_time, event_id, generation, charge_kind, leg, tenant_id, seq, subscription_id, code, kind,
    party_customer_id, party_account_id, price_key_id, catalog_version, refusal, used, charged, amount, retail_key_id
FROM charge_revision_leg;
