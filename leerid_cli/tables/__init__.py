"""Reading and writing tables: the only home of the CSV dialects and of the workbook libraries."""
