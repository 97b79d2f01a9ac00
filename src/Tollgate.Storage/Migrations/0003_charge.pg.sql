-- One row per charged event, partitioned by month of event time (UTC). Partitions are made by the charging store as needed.
CREATE TABLE charge (
    customer_id     bigint      NOT NULL,
    event_time      timestamptz NOT NULL,
    event_id        uuid        NOT NULL,
    tenant_id       integer     NOT NULL,
    seq             bigint      NOT NULL,
    account_id      bigint      NOT NULL,
    subscription_id bigint      NOT NULL,
    slot_no         integer     NOT NULL,
    price_key_id    integer     NOT NULL,
    catalog_version integer     NOT NULL,
    file_id         bigint      NOT NULL,
    file_offset     bigint      NOT NULL,
    subject         text        NOT NULL,
    origin          text        NOT NULL,
    destination     text        NOT NULL,
    duration_ms     bigint      NOT NULL,
    octets_up       bigint      NOT NULL,
    octets_down     bigint      NOT NULL,
    events          integer     NOT NULL,
    charged         bigint      NOT NULL,
    from_allowances bigint      NOT NULL,
    amount          bigint      NOT NULL,
    from_money      bigint      NOT NULL,
    kind            smallint    NOT NULL,   -- 0 charge, 1 reversal
    rated_at        timestamptz NOT NULL,
    attributes      text        NOT NULL DEFAULT '',   -- UsageAttributes.ToText
    notes           smallint    NOT NULL DEFAULT 0,    -- UsageNotes; 256: allowances took other than one for one
    PRIMARY KEY (customer_id, event_time, event_id)
) PARTITION BY RANGE (event_time);

-- Rows that charging updates again and again keep room on their page for the next version (heap-only tuples); a batch of an import
-- may change nearly all heads and pockets of a page at once, so these have room for a second version of each.
ALTER TABLE charging_head SET (fillfactor = 40);
ALTER TABLE pocket SET (fillfactor = 45);
ALTER TABLE usage_total SET (fillfactor = 70);
