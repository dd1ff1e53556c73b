"""What the program needs of the operating system beyond Python's own means.

`durable`: files that a power cut does not undo. `new_file`: a new output file, whole or not at all.
`stop`: what may stop a run. `signals`: runs that signals stop. `limits`: limits on time and memory while small
files are read. `memory`: passwords in memory, kept from other programs. `failpoints`: places where a test can make
the program fail.
"""
