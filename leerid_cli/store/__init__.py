"""The store: register, accounts, batches and history in one SQLite file (docs/contract.md §7).

No other room imports sqlite3 or writes SQL. `access` opens the store for workflows; the other modules are
named after the tables that they read and write (`schema`).
"""
