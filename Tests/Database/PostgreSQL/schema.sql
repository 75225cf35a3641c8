-- What Sources/Database/Schema/SQLiteSchema.swift makes, as PostgreSQL has it. The tests compare the two.
CREATE TABLE migrations (
    number BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);

-- One row: what concerns the whole installation.
CREATE TABLE installation (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    epoch BIGINT NOT NULL,
    change_head BIGINT NOT NULL,
    administrator_at BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE master_keys (
    version BIGINT PRIMARY KEY,
    check_value BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    id BYTEA PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT,
    password TEXT,
    roles TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX accounts_by_age ON accounts (created_at, id);

-- One row a session; refresh is one UPDATE of it.
CREATE TABLE sessions (
    id BYTEA PRIMARY KEY,
    handle BYTEA NOT NULL UNIQUE,
    account BYTEA NOT NULL REFERENCES accounts (id),
    client TEXT NOT NULL,
    generation BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL,
    repeats BIGINT NOT NULL,
    list BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    renew BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    methods TEXT NOT NULL,
    device TEXT,
    first_address TEXT,
    last_address TEXT,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX sessions_by_account ON sessions (account, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by_list ON sessions (list);

-- Lists have a fixed size; an index is handed out once and never again.
CREATE TABLE status_lists (
    id BIGINT PRIMARY KEY,
    size BIGINT NOT NULL,
    next BIGINT NOT NULL,
    announced_at BIGINT NOT NULL,
    closed_at BIGINT
);

-- Only entries that are not valid; not deleted with their session or account.
CREATE TABLE status_entries (
    list BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    status BIGINT NOT NULL,
    keep_until BIGINT NOT NULL,
    PRIMARY KEY (list, idx)
);
CREATE INDEX status_entries_by_end ON status_entries (keep_until);

-- What verifiers must hear of, numbered in commit order by installation.change_head.
CREATE TABLE changes (
    number BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    list BIGINT,
    idx BIGINT,
    status BIGINT,
    at BIGINT NOT NULL
);

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed BYTEA,
    sealed_by BIGINT NOT NULL,
    announced_at BIGINT NOT NULL,
    activated_at BIGINT,
    retired_at BIGINT,
    gone_at BIGINT
);

CREATE TABLE one_time_tokens (
    id BYTEA PRIMARY KEY,
    purpose TEXT NOT NULL,
    account BYTEA,
    account_epoch BIGINT,
    expires_at BIGINT NOT NULL,
    consumed_at BIGINT,
    client BYTEA,
    claims TEXT
);
CREATE INDEX one_time_tokens_by_end ON one_time_tokens (expires_at);
CREATE INDEX one_time_tokens_by_client ON one_time_tokens (client) WHERE client IS NOT NULL;

CREATE TABLE audit (
    id BYTEA PRIMARY KEY,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    account BYTEA,
    session BYTEA,
    actor TEXT,
    address TEXT,
    detail TEXT
);
CREATE INDEX audit_by_time ON audit (at, id);

-- Services that get tokens of their own; the secret is a hash, the names are divided by spaces.
CREATE TABLE clients (
    id BYTEA PRIMARY KEY,
    name TEXT NOT NULL,
    secret BYTEA NOT NULL,
    grants TEXT NOT NULL,
    scopes TEXT NOT NULL,
    list BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX clients_by_age ON clients (created_at, id);
CREATE INDEX clients_by_list ON clients (list);
