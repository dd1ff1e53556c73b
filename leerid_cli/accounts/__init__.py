"""The account core: what an account will be, its password, signing in, and the owner's own password."""
