"""The values that all rooms share: frozen dataclasses and enums. This room imports no other.

`people`: a child, its enrolments and account, its status. `requests`: an account that is to be made.
`batches`: the accounts that one command makes. `cards`: a password and a card. `plans`: what an import would
change. `reports`: what a command reports. `history`: the events of the history. `choices`: what a user
chooses between. `progress`: how a long step reports its progress.
"""
