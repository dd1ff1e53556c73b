"""What a batch delivers: the bundle, one ZIP with workbook and cards."""
