"""`script/fuzz_reader.py` for a few seconds, with a fixed seed: damaged files give rows or known errors."""

import importlib.util
import sys

from world import ROOT


def test_damaged_files_are_read_or_refused() -> None:
    spec = importlib.util.spec_from_file_location("fuzz_reader", ROOT / "script" / "fuzz_reader.py")
    assert spec
    assert spec.loader
    fuzz = importlib.util.module_from_spec(spec)
    sys.modules["fuzz_reader"] = fuzz
    spec.loader.exec_module(fuzz)
    tally = fuzz.run(20, seed=7, most=800)
    assert tally.failures == []
    assert set(tally.outcomes) >= {"read (CSV)", "read (XLSX)", "read (XML)", "refused (input)"}
