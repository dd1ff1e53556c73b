"""The rules for accounts, as pure functions: they know no store, no clock and no source of chance.

`usernames`: what a username looks like. `passwords`: drawing and checking passwords. `word_list`: the words of word
passwords. `pictograms`: the catalogue of picture passwords. `hashing`: bcrypt. `pupil_status`: the status of a pupil
on a date. Only the word lists and the catalogue are read from files (`load_words`, `load`).
"""
