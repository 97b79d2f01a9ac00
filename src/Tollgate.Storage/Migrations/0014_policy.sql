-- Changes of the billing policy: each row sets one setting from a day on. In force on a day is, of each setting, the row with the latest
-- effective_from up to that day, of several the last recorded; without any the documented default. Rows are never changed.
CREATE TABLE policy_change (
    tenant_id      integer     NOT NULL,
    change_no      integer     NOT NULL,   -- 1, 2, 3 … per tenant
    setting        text        NOT NULL,   -- e.g. taxRounding
    effective_from date        NOT NULL,
    before_value   text        NOT NULL,   -- in force on that day until this change
    value          text        NOT NULL,
    reason         text        NOT NULL,
    actor          text        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, change_no)
);
