"""What a batch delivers: one ZIP with a workbook and PDFs of cards."""
