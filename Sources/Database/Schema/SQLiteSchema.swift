/// The schema as SQLite has it: STRICT tables, times in milliseconds, ids as random bytes.
package enum SQLiteSchema {
    package static let migrations: [Migration] = [
        Migration(number: 1, name: "accounts, sessions, status, keys", script: first),
        Migration(number: 2, name: "clients", script: second),
        Migration(number: 3, name: "one-time tokens of clients", script: third),
    ]

    static let ledger = """
        CREATE TABLE IF NOT EXISTS migrations (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            applied_at INTEGER NOT NULL
        ) STRICT
        """

    private static let first = """
        -- One row: what concerns the whole installation.
        CREATE TABLE installation (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch INTEGER NOT NULL,
            change_head INTEGER NOT NULL,
            administrator_at INTEGER,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE master_keys (
            version INTEGER PRIMARY KEY,
            check_value BLOB NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE accounts (
            id BLOB PRIMARY KEY,
            email TEXT NOT NULL UNIQUE,
            name TEXT,
            password TEXT,
            roles TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            disabled_at INTEGER,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX accounts_by_age ON accounts (created_at, id);

        -- One row a session; refresh is one UPDATE of it.
        CREATE TABLE sessions (
            id BLOB PRIMARY KEY,
            handle BLOB NOT NULL UNIQUE,
            account BLOB NOT NULL REFERENCES accounts (id),
            client TEXT NOT NULL,
            generation INTEGER NOT NULL,
            rotated_at INTEGER NOT NULL,
            repeats INTEGER NOT NULL,
            list INTEGER NOT NULL,
            idx INTEGER NOT NULL,
            renew INTEGER NOT NULL,
            authenticated_at INTEGER NOT NULL,
            methods TEXT NOT NULL,
            device TEXT,
            first_address TEXT,
            last_address TEXT,
            created_at INTEGER NOT NULL,
            used_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessions_by_account ON sessions (account, created_at);
        CREATE INDEX sessions_by_expiry ON sessions (expires_at);
        CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX sessions_by_list ON sessions (list);

        -- Lists have a fixed size; an index is handed out once and never again.
        CREATE TABLE status_lists (
            id INTEGER PRIMARY KEY,
            size INTEGER NOT NULL,
            next INTEGER NOT NULL,
            announced_at INTEGER NOT NULL,
            closed_at INTEGER
        ) STRICT;

        -- Only entries that are not valid; not deleted with their session or account.
        CREATE TABLE status_entries (
            list INTEGER NOT NULL,
            idx INTEGER NOT NULL,
            status INTEGER NOT NULL,
            keep_until INTEGER NOT NULL,
            PRIMARY KEY (list, idx)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX status_entries_by_end ON status_entries (keep_until);

        -- What verifiers must hear of, numbered in commit order by installation.change_head.
        CREATE TABLE changes (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            list INTEGER,
            idx INTEGER,
            status INTEGER,
            at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE signing_keys (
            kid TEXT PRIMARY KEY,
            algorithm TEXT NOT NULL,
            state TEXT NOT NULL,
            sealed BLOB,
            sealed_by INTEGER NOT NULL,
            announced_at INTEGER NOT NULL,
            activated_at INTEGER,
            retired_at INTEGER,
            gone_at INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE one_time_tokens (
            id BLOB PRIMARY KEY,
            purpose TEXT NOT NULL,
            account BLOB,
            account_epoch INTEGER,
            expires_at INTEGER NOT NULL,
            consumed_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX one_time_tokens_by_end ON one_time_tokens (expires_at);

        CREATE TABLE audit (
            id BLOB PRIMARY KEY,
            at INTEGER NOT NULL,
            event TEXT NOT NULL,
            account BLOB,
            session BLOB,
            actor TEXT,
            address TEXT,
            detail TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX audit_by_time ON audit (at, id);
        """

    private static let second = """
        -- Services that get tokens of their own; the secret is a hash, the names are divided by spaces.
        CREATE TABLE clients (
            id BLOB PRIMARY KEY,
            name TEXT NOT NULL,
            secret BLOB NOT NULL,
            grants TEXT NOT NULL,
            scopes TEXT NOT NULL,
            list INTEGER NOT NULL,
            idx INTEGER NOT NULL,
            disabled_at INTEGER,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX clients_by_age ON clients (created_at, id);
        CREATE INDEX clients_by_list ON clients (list);
        """

    private static let third = """
        -- Whose token it is, if a client's, and what it says; the row goes when the token is used.
        ALTER TABLE one_time_tokens ADD COLUMN client BLOB;
        ALTER TABLE one_time_tokens ADD COLUMN claims TEXT;
        CREATE INDEX one_time_tokens_by_client ON one_time_tokens (client) WHERE client IS NOT NULL;
        """
}
