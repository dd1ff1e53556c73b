"""The rules of accounts: usernames, passwords, types and status. Pure: no disk, no clock, no chance."""
