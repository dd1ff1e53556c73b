"""The wheel, installed in an empty environment, does the main job from another folder."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from world import EXAMPLE, ROOT


def quietly(*line: object, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(word) for word in line],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    quietly(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_data_and_its_licences(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    data = "leerid_cli/_data/"
    for path in (
        "pictograms/catalogue.csv",
        "pictograms/high-contrast/dog-face.svg",
        "pictograms/flat/dog-face.svg",
        "pictograms/LICENSE",
        "wordlists/woorden.txt",
        "wordlists/blokkade.txt",
        "templates/cards/fonts/Andika-Regular.ttf",
        "templates/cards/fonts/Andika-OFL.txt",
        "templates/cards/fonts/AtkinsonHyperlegibleMono-OFL.txt",
    ):
        assert data + path in names
    assert "leerid_cli/intake/profiles/discimus.toml" in names
    assert "leerid_cli/locale/nl/LC_MESSAGES/leerid.mo" in names
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


def test_the_installed_wheel_does_the_main_job(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    pip = (python, "-m", "pip", "install", "-qq", "--disable-pip-version-check")
    quietly(*pip, "--require-hashes", "-r", ROOT / "requirements" / "run.lock", cwd=tmp_path)
    quietly(*pip, "--no-deps", wheel, cwd=tmp_path)

    folder = tmp_path / "elsewhere"
    folder.mkdir()
    leerid = environment / "bin" / "leerid"
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LEERID_BCRYPT_COST": "4"}
    quietly(leerid, "import", EXAMPLE, cwd=folder, env=env)
    school = ("--school", "030569", "--class", "3A", "--as-of", "2026-11-24")
    quietly(leerid, "--lang", "nl", "bulk-create", *school, cwd=folder, env=env)
    (bundle,) = folder.glob("leerid-*.zip")
    assert len(zipfile.ZipFile(bundle).namelist()) == 6
    loaded = quietly(python, "-c", "import leerid_cli; print(leerid_cli.__file__)", cwd=folder, env=env)
    assert str(ROOT) not in loaded
