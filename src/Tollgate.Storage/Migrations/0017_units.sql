-- Units that published catalogues define, so that amounts of pockets can be read without a catalogue. A unit never changes.
CREATE TABLE unit (
    tenant_id    integer NOT NULL,
    code         text    NOT NULL,
    kind         text    NOT NULL,   -- UnitKind: Currency | Duration | Volume | Count
    steps        bigint  NOT NULL,   -- stored steps of one unit
    minor_digits integer NOT NULL,   -- decimals shown
    PRIMARY KEY (tenant_id, code)
);
