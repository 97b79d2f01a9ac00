-- Types of documents that an operator added, or built-in ones with another series.
CREATE TABLE document_type (
    tenant_id  integer NOT NULL,
    code       text    NOT NULL,
    kind       text    NOT NULL,   -- one of the fixed kinds
    accounting text    NOT NULL,   -- invoice | corrective-tax | advance | none
    series     text    NOT NULL,   -- number series; the year is added
    prefix     text    NOT NULL DEFAULT '',
    name       text    NOT NULL DEFAULT '',   -- as printed; empty: the kind's name
    PRIMARY KEY (tenant_id, code)
);

-- What a document has to do with another one of the same customer, in whole (line 0) or line by line.
CREATE TABLE document_link (
    customer_id        bigint  NOT NULL,
    document_id        bigint  NOT NULL,
    line_no            integer NOT NULL,   -- 0: the whole document
    tenant_id          integer NOT NULL,
    relation           text    NOT NULL,   -- credits | debits | sets-off | corrects
    target_document_id bigint  NOT NULL,
    target_line_no     integer NOT NULL,   -- 0: the whole document
    PRIMARY KEY (customer_id, document_id, line_no, target_document_id),
    FOREIGN KEY (customer_id, document_id) REFERENCES document (customer_id, document_id)
);
CREATE INDEX ix_document_link_target ON document_link (customer_id, target_document_id);
