"""`config show` and `config init`."""

import re
import stat
from pathlib import Path

import pytest
from world import ROOT, World

from leerid_cli.settings.load import load_settings
from leerid_cli.settings.settings import EXAMPLE_PORTAL, Printer


def test_show_names_every_setting_and_where_it_comes_from(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.config.write_text('[schools."030569"]\nname = "De Regenboog"\n[accounts]\nkleuter = "all"\n')
    found = {
        row["setting"]: (row["value"], row["origin"])
        for row in world.run("config", "show", "--format", "json").json
    }
    assert found["store"] == (str(world.store), "option")
    assert found["bcrypt_cost"] == ("4", "LEERID_BCRYPT_COST")
    assert found["portal.url"] == (EXAMPLE_PORTAL, "default")
    assert found["passwords.basis"] == ("picture", "default")
    assert found["cards.language"] == ("nl", "default")
    assert found["printing.printer"] == ("", "default")
    assert found["accounts.kleuter"] == ("all", "file")
    assert found['schools."030569".name'] == ("De Regenboog", "file")
    monkeypatch.setenv("LEERID_DB", "elsewhere.db")
    assert world.run("config", "show").out.splitlines()[0] == "setting;value;origin"


def test_show_of_a_broken_file_says_what_is_wrong(world: World) -> None:
    world.config.write_text("[portal]\nurk = 1\n")
    done = world.run("config", "show")
    assert done.code == 3
    assert "portal.urk" in done.err


def test_init_writes_a_file_that_works_and_overwrites_nothing(world: World) -> None:
    world.config.unlink()
    world.config.parent.rmdir()
    done = world.run("config", "init")
    assert done.code == 0, done.err
    assert stat.S_IMODE(world.config.stat().st_mode) == 0o600
    assert world.run("config", "show").code == 0
    assert world.run("config", "init").code == 7


def test_every_line_of_the_file_that_init_writes_is_a_setting_that_is_known(tmp_path: Path) -> None:
    """Without the # before its settings the template is a configuration that leerid accepts."""
    text = (ROOT / "templates" / "config.toml").read_text()
    settings = re.sub(r"(?m)^# (\[|[a-z_]+ = )", r"\1", text)
    assert settings.count("\n[") == 8
    file = tmp_path / "config.toml"
    file.write_text(settings)
    loaded = load_settings(config=file)
    assert loaded.schools["030569"].name == "Basisschool De Regenboog"
    assert loaded.printers["Balie"] == Printer(1.5, -0.5, 0.995, "105x48")
    assert loaded.printer == "Balie"
    assert not loaded.example_portal
