"""Accounts: what a new account will be, its password and token, signing in, and the pupil's own password."""
