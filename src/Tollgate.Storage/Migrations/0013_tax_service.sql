-- Sellers whose taxes come from a service instead of the catalogue's rules.
CREATE TABLE tax_service (
    seller_id  bigint  NOT NULL PRIMARY KEY,
    tenant_id  integer NOT NULL,
    endpoint   text    NOT NULL,   -- http(s) address or exec:PROGRAM ARGUMENT …
    timeout_ms integer NOT NULL
);

-- What was asked of a tax service and answered; the same question again takes the stored answer.
CREATE TABLE tax_exchange (
    customer_id  bigint      NOT NULL,
    account_id   bigint      NOT NULL,
    request_hash text        NOT NULL,   -- SHA-256 hex of the request
    tenant_id    integer     NOT NULL,
    request      text        NOT NULL,   -- JSON
    answer       text        NOT NULL,   -- JSON
    asked_at     timestamptz NOT NULL,
    PRIMARY KEY (customer_id, account_id, request_hash)
);
