"""The register and the accounts in one SQLite file (contract §7): the only home of sqlite3 and of SQL."""
