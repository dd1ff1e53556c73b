"""Some inputs of script/fuzz_reader.py with a fixed seed: bytes in, documented errors or rows out."""

import importlib.util
import math
import sys

from world import ROOT


def test_damaged_files_are_read_or_refused() -> None:
    spec = importlib.util.spec_from_file_location("fuzz_reader", ROOT / "script" / "fuzz_reader.py")
    assert spec
    assert spec.loader
    fuzz = importlib.util.module_from_spec(spec)
    sys.modules["fuzz_reader"] = fuzz
    spec.loader.exec_module(fuzz)
    tally = fuzz.run(math.inf, seed=7, most=800, slow=math.inf)
    assert tally.failures == []
    assert set(tally.outcomes) >= {"read (CSV)", "read (XLSX)", "read (XML)", "refused (input)"}
