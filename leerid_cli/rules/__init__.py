"""The rules of accounts: usernames, passwords, pictograms and status. Pure: no disk, no clock, no chance."""
