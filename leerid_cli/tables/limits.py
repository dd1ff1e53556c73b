"""How much of a file is read at most: far more than a school's export has, far less than would do harm.

A file of a hundred thousand enrolments with thirty columns has 3,000,000 cells and about 30 MB. Within these
limits no file, whatever is in it, takes more than 1 GiB of memory or more than some seconds.
"""

# Any input file: bytes, rows, cells, and characters of one row.
MAX_BYTES = 64 << 20
MAX_ROWS = 100_000
MAX_CELLS = 3_000_000
MAX_ROW_CHARACTERS = 1_000_000

# CSV: bytes of a proposal file or a list of accounts (a hundred thousand rows are about 10 MB), and lines of
# any file, which may be more than its rows: some are blank, and a cell can span several.
MAX_LIST_BYTES = 16 << 20
MAX_LINES = 5 * MAX_ROWS

# All characters of all cells: a workbook stores a text once, and can show it in every cell.
MAX_CHARACTERS = 64 << 20

# Workbooks: parts of the ZIP; bytes of all parts that are read, once inflated; how many times its packed size
# a part of more than SMALL_PART bytes may have; columns.
MAX_PARTS = 2_000
MAX_INFLATED = 128 << 20
MAX_RATIO = 300
SMALL_PART = 4 << 20
MAX_COLUMNS = 1_000

# XML, also that of workbooks: elements, how deep they are nested, bytes of one tag or comment, characters of
# one value (a cell of a workbook cannot have more).
MAX_ELEMENTS = 3_000_000
MAX_DEPTH = 100
MAX_TAG = 1 << 20
MAX_CELL_CHARACTERS = 32_767
