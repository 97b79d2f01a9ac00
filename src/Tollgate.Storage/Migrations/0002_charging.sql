-- Charging state, usage files, suspense, usage totals. Written under the lock of the customer's head only.

CREATE TABLE charging_head (
    customer_id     bigint      NOT NULL PRIMARY KEY,
    tenant_id       integer     NOT NULL,
    seq             bigint      NOT NULL,   -- last sequence given to a charge
    version         bigint      NOT NULL,   -- raised by every change of charging state or of what guiding sees
    last_event_time timestamptz NULL        -- latest event time charged so far: a later event cannot be a duplicate
);

CREATE TABLE bill_slot (
    customer_id bigint      NOT NULL,
    account_id  bigint      NOT NULL,
    slot_no     integer     NOT NULL,   -- 1, 2, 3 …
    tenant_id   integer     NOT NULL,
    closed_at   timestamptz NULL,       -- null: open; at most one is
    document_id bigint      NULL,       -- the draft or document that claims it
    PRIMARY KEY (customer_id, account_id, slot_no)
);

CREATE TABLE pocket (
    customer_id     bigint      NOT NULL,
    pocket_id       bigint      NOT NULL,
    tenant_id       integer     NOT NULL,
    account_id      bigint      NOT NULL,
    subscription_id bigint      NULL,      -- null: of the whole account (money), or shared
    kind            text        NOT NULL,  -- money | allowance | counter
    allowance       text        NOT NULL DEFAULT '',  -- code of the allowance or counter of the subscription's offer
    unit            text        NOT NULL,
    granted         bigint      NOT NULL,  -- stored steps put in at creation
    balance         bigint      NOT NULL,  -- = granted + movements
    priority        integer     NOT NULL,
    valid_from      timestamptz NOT NULL,
    valid_to        timestamptz NOT NULL,
    shared          smallint    NOT NULL DEFAULT 0,   -- SharingScope: 0 subscription, 1 account, 2 customer
    lapses_at       timestamptz NULL,      -- when all but the roll-over cap lapses; null: never, or it has
    given           text        NULL,      -- reference of what gave it (a grant by hand, an exchange); null: its offer did
    PRIMARY KEY (customer_id, pocket_id)
);

-- Every change of a pocket after its creation.
CREATE TABLE pocket_movement (
    customer_id bigint      NOT NULL,
    pocket_id   bigint      NOT NULL,
    seq         bigint      NOT NULL,   -- the head's sequence at the time
    part        integer     NOT NULL,   -- 0, 1 … within one seq
    tenant_id   integer     NOT NULL,
    -- usage | top-up | adjustment | expiry | reversal | regrant | transfer | use | exchange
    kind        text        NOT NULL,
    amount      bigint      NOT NULL,   -- signed
    before      bigint      NOT NULL,   -- balance before
    at          timestamptz NOT NULL,   -- event time for usage
    reference   text        NOT NULL DEFAULT '',
    PRIMARY KEY (customer_id, pocket_id, seq, part)
);

CREATE TABLE usage_total (
    customer_id     bigint  NOT NULL,
    account_id      bigint  NOT NULL,
    slot_no         integer NOT NULL,
    subscription_id bigint  NOT NULL,
    price_key_id    integer NOT NULL,
    event_period    date    NOT NULL,   -- first day of the account's bill period in which the usage happened
    tenant_id       integer NOT NULL,
    events          bigint  NOT NULL,
    used            bigint  NOT NULL,   -- base units
    charged         bigint  NOT NULL,
    from_allowances bigint  NOT NULL,
    amount          bigint  NOT NULL,   -- stored steps of the account's currency
    from_money      bigint  NOT NULL,   -- part already paid from money pockets
    PRIMARY KEY (customer_id, account_id, slot_no, subscription_id, price_key_id, event_period)
);

CREATE TABLE usage_source (
    tenant_id integer NOT NULL,
    code      text    NOT NULL,
    settings  text    NOT NULL,   -- JSON of UsageSource
    layout    text    NULL,       -- usage_layout.version
    PRIMARY KEY (tenant_id, code)
);

-- Layout files by their content; a version that no source uses any more stays.
CREATE TABLE usage_layout (
    tenant_id integer NOT NULL,
    version   text    NOT NULL,   -- hash of the text
    text      text    NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

CREATE TABLE usage_file (
    file_id        bigint      NOT NULL PRIMARY KEY,
    tenant_id      integer     NOT NULL,
    source         text        NOT NULL,
    name           text        NOT NULL,
    size           bigint      NOT NULL,
    content_hash   text        NOT NULL,   -- SHA-256 hex of the bytes
    phase          text        NOT NULL,   -- importing | incomplete | done | duplicate
    duplicate_of   bigint      NULL,
    position       bigint      NOT NULL,   -- bytes whose records are durable
    line           bigint      NOT NULL,   -- lines before the position
    decoder_state  text        NOT NULL DEFAULT '',   -- IDecoder.State at the position
    read_count     bigint      NOT NULL,
    rated_count    bigint      NOT NULL,
    held_count     bigint      NOT NULL,
    duplicate_count bigint     NOT NULL,
    ignored_count  bigint      NOT NULL,
    dropped_count  bigint      NOT NULL DEFAULT 0,   -- held records that were written off
    started_at     timestamptz NOT NULL,
    finished_at    timestamptz NULL
);
CREATE INDEX ix_usage_file_hash ON usage_file (tenant_id, source, content_hash);

CREATE TABLE held_record (
    tenant_id    integer     NOT NULL,
    source       text        NOT NULL,
    record_key   uuid        NOT NULL,   -- event id; for undecodable text a hash of source, offset and text; 16 bytes on SQLite
    file_id      bigint      NOT NULL,
    file_offset  bigint      NOT NULL,
    line         bigint      NOT NULL,
    reason       smallint    NOT NULL,   -- HoldReason
    detail       text        NOT NULL,
    raw          text        NOT NULL,   -- the record as it stood in the file
    event_time   timestamptz NULL,
    subject      text        NOT NULL DEFAULT '',
    phase        text        NOT NULL,   -- held | charged | merged (read whole from a later file) | dropped
    held_at      timestamptz NOT NULL,
    resolved_at  timestamptz NULL,
    resolved_by  text        NOT NULL DEFAULT '',   -- who dropped it
    resolution   text        NOT NULL DEFAULT '',   -- why it was dropped, or the file that has it whole
    PRIMARY KEY (tenant_id, source, record_key)
);

-- Corrections of held records, never changed: the last one of a field counts when the record is charged.
CREATE TABLE held_correction (
    tenant_id  integer     NOT NULL,
    source     text        NOT NULL,
    record_key uuid        NOT NULL,
    change_no  integer     NOT NULL,   -- 1, 2, 3 … per record
    field      text        NOT NULL,
    old_value  text        NOT NULL,
    new_value  text        NOT NULL,
    reason     text        NOT NULL,
    actor      text        NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, source, record_key, change_no)
);
CREATE INDEX ix_held_open ON held_record (tenant_id, phase, reason);
