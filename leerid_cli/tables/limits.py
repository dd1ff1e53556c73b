"""How much of a file is read at most: far above any school's export, far below what hurts a machine.

A file of a hundred thousand enrolments with thirty columns has 3,000,000 cells and some 30 MB. Within these
limits no file, whatever is in it, costs more than 1 GiB of memory or more than some seconds.
"""

MAX_BYTES = 64 << 20
MAX_ROWS = 100_000
MAX_CELLS = 3_000_000
MAX_ROW_SIGNS = 1_000_000

# A list of accounts and a plan of accounts as CSV: a hundred thousand rows are some 10 MB. Blank lines and
# lines within quotation marks are none of the rows.
MAX_LIST_BYTES = 16 << 20
MAX_LINES = 5 * MAX_ROWS

# All characters of all cells, for a workbook can show one text in every cell.
MAX_SIGNS = 64 << 20

# Workbooks and XML: parts of the ZIP, bytes of all parts that are read once inflated, how many times larger
# a part of more than SMALL_PART bytes may become, elements of XML, how deep they are nested, bytes of one tag
# or comment, columns, characters of a cell.
MAX_PARTS = 2_000
MAX_INFLATED = 128 << 20
MAX_RATIO = 300
SMALL_PART = 4 << 20
MAX_ELEMENTS = 3_000_000
MAX_DEPTH = 100
MAX_TAG = 1 << 20
MAX_COLUMNS = 1_000
MAX_CELL_SIGNS = 32_767
