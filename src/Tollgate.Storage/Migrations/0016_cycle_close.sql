-- Cycles that somebody closed before their bill run: usage that arrives after the closing goes on the next bill, whatever its time.
CREATE TABLE cycle_close (
    tenant_id integer     NOT NULL,
    cycle_day integer     NOT NULL,
    cycle     text        NOT NULL,   -- as in billing_account
    closed_to date        NOT NULL,   -- end of the period closed
    closed_at timestamptz NOT NULL,
    actor     text        NOT NULL,
    PRIMARY KEY (tenant_id, cycle_day, cycle, closed_to)
);
