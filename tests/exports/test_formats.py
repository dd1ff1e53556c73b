"""Each format that a user can choose has a writer."""

from leerid_cli.exports import listing, register_rows
from leerid_cli.model.choices import ExportFormat, ListFormat, TableFormat


def test_each_format_of_a_list_has_a_writer_and_a_table_is_the_terminal_s() -> None:
    assert set(listing.WRITERS) == set(ListFormat) - {ListFormat.TABLE}


def test_a_list_that_has_no_pupil_ids_can_be_printed_in_all_other_formats() -> None:
    assert {format.value for format in TableFormat} == {format.value for format in ListFormat} - {"ids"}


def test_each_format_of_an_export_has_a_writer() -> None:
    assert set(register_rows.WRITERS) == set(ExportFormat)


def test_the_text_formats_of_an_export_are_formats_of_a_list_too() -> None:
    assert {format.value for format in ExportFormat} - {"xlsx"} <= {format.value for format in ListFormat}
