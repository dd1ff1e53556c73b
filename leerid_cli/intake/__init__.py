"""From input files to what an import or `adopt` would change; nothing is written here.

An import goes through `input_files` (reads all files of a command), `reading` (bytes become rows) with
`garbled`, `recognise` (which profile and header) and `profiles` (what columns mean), `check` (a row becomes a
`PupilRow`) with `official` (official numbers), then `import_plan` with `matching` (who is who), `likeness`
(can two records be one child), `leaving` (who has left) and `held_rows` (rows that wait for an answer). Files
for `adopt` go through `adoption_rows` and `adoption_plan`. Planning is pure: it knows no store and no clock.
"""
