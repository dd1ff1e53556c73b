"""The schema of the store: for each version the statements that lead to it from the one before.

SQLite's `user_version` holds the number of the version. Dates are ISO 8601 text, moments ISO 8601 text in
UTC. No column holds a password or an official number in clear. A username that was once in the table
`username` is never given out again.
"""

APPLICATION_ID = 0x4C524944  # "LRID": by it SQLite files of leerid are recognised

VERSION_1 = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE person (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        naam TEXT NOT NULL,
        voornaam TEXT NOT NULL,
        birth_date TEXT,
        gender TEXT NOT NULL,
        official TEXT NOT NULL CHECK (official IN ('valid', 'missing', 'invalid')),
        official_hash TEXT UNIQUE,
        CHECK (official = 'valid' OR official_hash IS NULL)
    ) STRICT""",
    """CREATE TABLE registration (
        school TEXT NOT NULL,
        stamnummer TEXT NOT NULL,
        person INTEGER NOT NULL REFERENCES person,
        PRIMARY KEY (school, stamnummer)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX registration_stamnummer ON registration (stamnummer)",
    "CREATE INDEX registration_person ON registration (person)",
    """CREATE TABLE enrolment (
        school TEXT NOT NULL,
        stamnummer TEXT NOT NULL,
        begin_date TEXT NOT NULL,
        end_date TEXT,
        hoofdstructuur TEXT NOT NULL,
        type TEXT NOT NULL CHECK (type IN ('basis', 'gevorderd')),
        vestigingsplaats TEXT NOT NULL,
        administratieve_groep TEXT NOT NULL,
        administratieve_groep_omschrijving TEXT NOT NULL,
        klas TEXT NOT NULL,
        PRIMARY KEY (school, stamnummer, begin_date),
        FOREIGN KEY (school, stamnummer) REFERENCES registration
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE username (
        username TEXT PRIMARY KEY COLLATE NOCASE,
        origin TEXT NOT NULL CHECK (origin IN ('issued', 'adopted', 'reserved')),
        person INTEGER REFERENCES person,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE batch (
        id TEXT PRIMARY KEY,
        command TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('intent', 'committed', 'delivered', 'aborted', 'lost', 'accepted')),
        stage TEXT NOT NULL,
        final TEXT NOT NULL,
        accounts INTEGER NOT NULL,
        sha256 TEXT,
        size INTEGER,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE account (
        person INTEGER PRIMARY KEY REFERENCES person,
        username TEXT NOT NULL UNIQUE COLLATE NOCASE REFERENCES username,
        type TEXT NOT NULL CHECK (type IN ('basis', 'gevorderd')),
        password_kind TEXT NOT NULL CHECK (password_kind IN ('word', 'picture', 'temporary')),
        password_hash TEXT NOT NULL,
        must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
        token TEXT NOT NULL UNIQUE,
        suspended TEXT NOT NULL DEFAULT '' CHECK (suspended IN ('', 'import', 'hand')),
        batch TEXT REFERENCES batch
    ) STRICT""",
    """CREATE TABLE search_term (
        term TEXT NOT NULL,
        person INTEGER NOT NULL REFERENCES person,
        PRIMARY KEY (term, person)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX search_term_person ON search_term (person)",
    """CREATE TABLE history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        person INTEGER REFERENCES person,
        event TEXT NOT NULL,
        detail TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX history_person ON history (person)",
    """CREATE TRIGGER history_no_update BEFORE UPDATE ON history
       BEGIN SELECT raise(ABORT, 'history is append-only'); END""",
    """CREATE TRIGGER history_no_delete BEFORE DELETE ON history
       BEGIN SELECT raise(ABORT, 'history is append-only'); END""",
    """CREATE TABLE import_run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        files TEXT NOT NULL,
        counts TEXT NOT NULL
    ) STRICT""",
)

# Departures, rows held by an import, the answers to them, what was withheld, and merged persons.
VERSION_2 = (
    "ALTER TABLE registration ADD COLUMN gone_on TEXT",
    "ALTER TABLE registration ADD COLUMN gone_how TEXT"
    " CHECK (gone_how IS NULL OR (gone_how IN ('departure', 'year', 'move') AND gone_on IS NOT NULL))",
    "ALTER TABLE person ADD COLUMN merged_into INTEGER REFERENCES person",
    """CREATE TABLE hold (
        school TEXT NOT NULL,
        stamnummer TEXT NOT NULL,
        code TEXT NOT NULL,
        persons TEXT NOT NULL,
        rows TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (school, stamnummer)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE answer (
        school TEXT NOT NULL,
        stamnummer TEXT NOT NULL,
        identity TEXT NOT NULL,
        person INTEGER REFERENCES person,
        at TEXT NOT NULL,
        PRIMARY KEY (school, stamnummer, identity)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE withheld (
        school TEXT PRIMARY KEY,
        pupils INTEGER NOT NULL,
        code TEXT NOT NULL,
        files TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

# A batch delivers any number of files. What an aborted batch had is removed, so it has no file.
VERSION_3 = (
    """CREATE TABLE batch_file (
        batch TEXT NOT NULL REFERENCES batch,
        number INTEGER NOT NULL,
        output TEXT NOT NULL,
        stage TEXT NOT NULL,
        final TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('staged', 'published', 'gone')),
        sha256 TEXT,
        size INTEGER,
        PRIMARY KEY (batch, number)
    ) STRICT, WITHOUT ROWID""",
    """INSERT INTO batch_file
        SELECT id, 1, 'bundle', stage, final,
               CASE state WHEN 'delivered' THEN 'published' WHEN 'lost' THEN 'gone' WHEN 'accepted' THEN 'gone'
                          ELSE 'staged' END,
               sha256, size
        FROM batch WHERE state <> 'aborted'""",
    "ALTER TABLE batch DROP COLUMN stage",
    "ALTER TABLE batch DROP COLUMN final",
    "ALTER TABLE batch DROP COLUMN sha256",
    "ALTER TABLE batch DROP COLUMN size",
)

# The pupils and usernames of batches that are being made; a row is there only while its batch is an `intent`.
VERSION_4 = (
    """CREATE TABLE reservation (
        person INTEGER PRIMARY KEY REFERENCES person,
        batch TEXT NOT NULL REFERENCES batch,
        reason TEXT NOT NULL,
        username TEXT UNIQUE COLLATE NOCASE
    ) STRICT""",
)

# Answers to conflicts since the last import, to take back; rows that `adopt` did not take over.
VERSION_5 = (
    """CREATE TABLE undo (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        school TEXT NOT NULL,
        stamnummer TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE refused_adoption (
        file TEXT NOT NULL,
        line INTEGER NOT NULL,
        school TEXT NOT NULL,
        stamnummer TEXT NOT NULL,
        username TEXT NOT NULL,
        code TEXT NOT NULL
    ) STRICT""",
)

# What the import guard keeps: values that were not taken over (`code` is empty where they can be accepted), the
# day of the last import of a school, and fingerprints of what the newest import of a school changed. What was
# withheld before this version came from complete files, or its command said so: it still does.
VERSION_6 = (
    """CREATE TABLE withheld_value (
        school TEXT NOT NULL,
        stamnummer TEXT NOT NULL,
        field TEXT NOT NULL,
        old TEXT NOT NULL,
        new TEXT NOT NULL,
        code TEXT NOT NULL,
        PRIMARY KEY (school, stamnummer, field)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE school_import (school TEXT PRIMARY KEY, day TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE former_state (
        school TEXT NOT NULL,
        stamnummer TEXT NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (school, stamnummer)
    ) STRICT, WITHOUT ROWID""",
    "UPDATE withheld SET files = '[\"--full\", ' || substr(files, 2)",
)

MIGRATIONS = (VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6)
