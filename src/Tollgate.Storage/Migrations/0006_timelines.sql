-- What happened to subscriptions after their start, moves of bill cycles, discounts given. Appended, never changed.

-- The row of a subscription keeps what it began with; its end is kept along. A change is withdrawn by another row that names it.
CREATE TABLE subscription_change (
    customer_id     bigint      NOT NULL,
    subscription_id bigint      NOT NULL,
    change_no       integer     NOT NULL,   -- 1, 2, 3 … in the order of recording
    tenant_id       integer     NOT NULL,
    kind            text        NOT NULL,   -- quantity | plan | price | suspend | resume | transfer | leave | join | limit | end | withdraw
    at              timestamptz NOT NULL,   -- from when it holds
    quantity        integer     NULL,
    offer           text        NOT NULL DEFAULT '',
    price_code      text        NOT NULL DEFAULT '',
    amount          text        NOT NULL DEFAULT '',   -- exact decimal in the account's currency; empty: the catalogue's price again
    charged         boolean     NOT NULL DEFAULT false,   -- suspend: recurring prices go on
    fee_waived      boolean     NOT NULL DEFAULT false,   -- end: the fee for an early end is not charged
    account_id      bigint      NULL,       -- transfer, leave, join: who pays from then on
    other_subscription_id bigint NULL,      -- leave, join: the same subscription at the other customer
    withdraws       integer     NULL,       -- change_no
    note            text        NOT NULL DEFAULT '',
    actor           text        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    PRIMARY KEY (customer_id, subscription_id, change_no),
    FOREIGN KEY (customer_id, subscription_id) REFERENCES subscription (customer_id, subscription_id)
);

-- Cycles that an account has left.
CREATE TABLE cycle_move (
    customer_id bigint  NOT NULL,
    account_id  bigint  NOT NULL,
    moved_on    date    NOT NULL,   -- first day of the next cycle
    tenant_id   integer NOT NULL,
    before      text    NOT NULL,   -- the cycle left
    PRIMARY KEY (customer_id, account_id, moved_on),
    FOREIGN KEY (customer_id, account_id) REFERENCES billing_account (customer_id, account_id)
);

-- Discounts of the catalogue given to an account or a subscription.
CREATE TABLE discount_grant (
    customer_id     bigint      NOT NULL,
    grant_id        bigint      NOT NULL,
    tenant_id       integer     NOT NULL,
    account_id      bigint      NOT NULL,
    subscription_id bigint      NULL,       -- null: of the whole account
    discount        text        NOT NULL,   -- code in the catalogue, or hand:GRANT for one that is made here
    name            text        NOT NULL DEFAULT '',   -- made by hand: as printed
    percent         text        NOT NULL DEFAULT '',   -- made by hand: decimal
    amount          text        NOT NULL DEFAULT '',   -- made by hand: decimal in the account's currency
    scope           integer     NOT NULL DEFAULT 0,    -- made by hand: 0 charge, 1 product, 2 invoice
    charge_kinds    integer     NOT NULL DEFAULT 0,    -- made by hand: 1 recurring, 2 one-time, 4 usage, summed
    periods         integer     NULL,                  -- made by hand: null for ever
    coupon          text        NOT NULL DEFAULT '',   -- the code that was redeemed, upper case
    valid_from      date        NOT NULL,
    valid_to        date        NULL,                  -- excluded
    reason          text        NOT NULL DEFAULT '',
    actor           text        NOT NULL DEFAULT '',
    granted_at      timestamptz NOT NULL,
    PRIMARY KEY (customer_id, grant_id)
);

-- Redemptions of coupons over all customers.
CREATE TABLE coupon_use (
    tenant_id integer NOT NULL,
    coupon    text    NOT NULL,   -- upper case
    uses      bigint  NOT NULL,
    PRIMARY KEY (tenant_id, coupon)
);
