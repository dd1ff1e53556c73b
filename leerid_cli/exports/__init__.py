"""Rows and formats of what the program lists and exports.

`listing` writes rows as CSV, JSON, JSON lines or pupil ids, one function a format; `pupil_rows` has the
columns of `search`; `register_rows` those of `export`, which `import` reads back.
"""
