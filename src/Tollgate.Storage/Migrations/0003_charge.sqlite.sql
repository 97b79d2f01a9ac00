-- One row per charged event, clustered by customer and time.
CREATE TABLE charge (
    customer_id     INTEGER NOT NULL,
    event_time      INTEGER NOT NULL,   -- microseconds since 1970 UTC
    event_id        BLOB    NOT NULL,
    tenant_id       INTEGER NOT NULL,
    seq             INTEGER NOT NULL,
    account_id      INTEGER NOT NULL,
    subscription_id INTEGER NOT NULL,
    slot_no         INTEGER NOT NULL,
    price_key_id    INTEGER NOT NULL,
    catalog_version INTEGER NOT NULL,
    file_id         INTEGER NOT NULL,
    file_offset     INTEGER NOT NULL,
    subject         TEXT    NOT NULL,
    origin          TEXT    NOT NULL,
    destination     TEXT    NOT NULL,
    duration_ms     INTEGER NOT NULL,
    octets_up       INTEGER NOT NULL,
    octets_down     INTEGER NOT NULL,
    events          INTEGER NOT NULL,
    charged         INTEGER NOT NULL,
    from_allowances INTEGER NOT NULL,
    amount          INTEGER NOT NULL,
    from_money      INTEGER NOT NULL,
    kind            INTEGER NOT NULL,   -- 0 charge, 1 reversal
    rated_at        INTEGER NOT NULL,
    attributes      TEXT    NOT NULL DEFAULT '',   -- UsageAttributes.ToText
    notes           INTEGER NOT NULL DEFAULT 0,    -- UsageNotes; 256: allowances took other than one for one
    PRIMARY KEY (customer_id, event_time, event_id)
) WITHOUT ROWID;
