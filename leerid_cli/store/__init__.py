"""The store: register, accounts, batches and history in one SQLite file (docs/contract.md §7).

No other room imports sqlite3 or writes SQL. `access` opens the store for workflows, with `connection` and
`lock`. Modules such as `accounts`, `batches` and `history` read and write the tables of that name (`schema`).
"""
