-- What-if runs: a candidate catalogue over stored usage and fees, customers in chunks, so that a run that was stopped goes on.
-- Nothing here is read by charging or billing.
CREATE TABLE what_if_run (
    run_id       bigint      NOT NULL PRIMARY KEY,
    tenant_id    integer     NOT NULL,
    caller_key   text        NOT NULL,   -- the same key is the same run
    name         text        NOT NULL,   -- what a person called the candidate
    content_hash text        NOT NULL,
    content      bytea       NOT NULL,   -- package of the candidate's files; empty when nothing is left to compute
    from_time    timestamptz NOT NULL,
    to_time      timestamptz NOT NULL,
    served       smallint    NOT NULL,   -- 1: the server computes it; 0: whoever began it
    phase        text        NOT NULL,   -- computing | computed | cancelled
    customers    integer     NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   text        NOT NULL,
    UNIQUE (tenant_id, caller_key)
);

-- Customers of a run, from the first to the last in id order.
CREATE TABLE what_if_chunk (
    run_id         bigint  NOT NULL,
    chunk          integer NOT NULL,
    tenant_id      integer NOT NULL,
    first_customer bigint  NOT NULL,
    last_customer  bigint  NOT NULL,
    customers      integer NOT NULL,
    sums           text    NULL,         -- JSON of what they come to; null: to do
    PRIMARY KEY (run_id, chunk)
);
