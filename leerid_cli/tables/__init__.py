"""Reading and writing tables: CSV, workbooks (XLSX) and XML. No other room uses their libraries.

`csvtext`: CSV. `workbook`: workbooks that leerid writes, and reads back. `xlsx`: workbooks of others, with
`cells` for what a cell holds. `xmltext`: XML. `archive`: ZIPs of others. `limits`: how much of a file is read
at most.
"""
