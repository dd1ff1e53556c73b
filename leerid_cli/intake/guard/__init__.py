"""The import guard: which changes of a file look like damage (docs/contract.md §5, "A wrong file")."""
