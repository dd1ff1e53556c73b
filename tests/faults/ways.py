"""All ways in which a command gets hold of a password, each with a password to search for afterwards."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from scenes import MOVED, PEOPLE, Ended, Scene, Warm
from world import AS_OF, row

from leerid_cli import resources
from leerid_cli.rules import pictograms

SENTINEL = "zwaluwnest73042"
OTHER = "kraaiennest4471 en meer"
GROWN = row("2", voornaam="Jan", insz="15030700256", hoofdstructuur="311", klas="1B")
_FIRST = [category[0] for category in pictograms.load(resources.pictograms()).categories]
PICTURES = (" ".join(one.word for one in _FIRST), "".join(one.code for one in _FIRST))
HEADER = "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord"


@dataclass
class Way:
    """A scene with a command that gets hold of a password.

    `typed` is its input, `secrets` are the passwords to search for, `given` the files in which they came;
    `drawn` is what is drawn as password; `reached` is a failpoint that the command must pass, `codes` are its
    exit codes.
    """

    scene: Scene
    command: tuple[object, ...]
    typed: str = ""
    secrets: tuple[str, ...] = (SENTINEL,)
    given: tuple[Path, ...] = ()
    drawn: str = ""
    reached: str = "batch-committed"
    ends_in_zip: bool = True
    codes: tuple[int, ...] = (0,)

    def run(self, failpoint: str = "", *, hook: tuple[object, ...] = ()) -> Ended:
        """Run the command with `-v` and with a temporary and a home folder of its own."""
        for name in ("tmp", "home"):
            (self.scene.folder / name).mkdir(exist_ok=True)
        own = {"TMPDIR": str(self.scene.folder / "tmp"), "HOME": str(self.scene.folder / "home")}
        chosen = ("with_passwords", self.drawn, *hook)
        return self.scene.warm.run(
            self.scene,
            "-v",
            *self.command,
            stdin=self.typed,
            failpoint=failpoint,
            hook=chosen,
            environment=own,
        )

    @property
    def allowed(self) -> tuple[Path, ...]:
        """The files that may hold the password: those in which it came, and the ZIPs, finished or staged."""
        return (*self.given, *self.scene.out.iterdir())

    def leaks(self, *ends: Ended) -> list[str]:
        """Return where a password is in clear and should not be: files, output or messages."""
        said = [(ended.out + ended.err).encode() for ended in ends]
        return [
            place
            for secret in self.secrets
            for place in (
                *found(self.scene.folder, secret, self.allowed),
                *("output or messages" for text in said if secret.encode() in text),
            )
        ]


def spellings(secret: str) -> list[bytes]:
    return [secret.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]


def texts(name: str, data: bytes) -> Iterator[bytes]:
    """Yield the content of a file, of the members of a ZIP, and the text of a PDF."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from texts(member, archive.read(member))
    if data.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(data) as opened:
            yield "".join(page.get_textpage().get_text_range() for page in opened).encode()


def found(folder: Path, secret: str, allowed: tuple[Path, ...] = ()) -> list[str]:
    """Return the files in a folder that hold the secret in clear."""
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file()
        and path not in allowed
        and any(form in text for text in texts(path.name, path.read_bytes()) for form in spellings(secret))
    ]


def accounts(scene: Scene, *lines: str) -> Path:
    return scene.file("\n".join((HEADER, *lines)), "accounts.csv")


def school(folder: Path, warm: Warm, *pupils: str) -> Scene:
    scene = Scene(folder, warm)
    scene.done("import", scene.pupils(*(pupils or PEOPLE)))
    return scene


def with_accounts(folder: Path, warm: Warm, *pupils: str) -> Scene:
    """Return a school with two accounts, adopted with the sentinel as password."""
    scene = school(folder, warm, *(pupils or PEOPLE))
    file = accounts(scene, f"030569;1;emma.p;{SENTINEL}", f"030569;2;jan.p;{SENTINEL}")
    scene.done("adopt", file)
    file.unlink()
    return scene


def create(folder: Path, warm: Warm) -> Way:
    scene = school(folder, warm)
    line = ("create", "030569/1", "--password-kind", "word", "--password-stdin")
    return Way(scene, (*line, *AS_OF, "-o", scene.out / "new.zip"), SENTINEL)


def adopt_cards(folder: Path, warm: Warm) -> Way:
    scene = school(folder, warm)
    file = accounts(scene, f"030569;1;emma.p;{SENTINEL}", "030569;2;jan.p;boom77")
    return Way(scene, ("adopt", file, "--cards", *AS_OF, "-o", scene.out / "new.zip"), given=(file,))


def adopt(folder: Path, warm: Warm) -> Way:
    way = adopt_cards(folder, warm)
    command = ("adopt", *way.given, *AS_OF)
    return Way(way.scene, command, given=way.given, reached="store-committed", ends_in_zip=False)


def plan(folder: Path, warm: Warm) -> Way:
    """Propose a new account and a conversion: nobody typed a password, so the plan must hold none."""
    third = row("3", voornaam="Mia", insz="15030700355")
    scene = with_accounts(folder, warm, *PEOPLE, third)
    scene.done("import", scene.pupils(MOVED, PEOPLE[1], third))
    line = ("bulk-create", "--all", "--convert", "--plan", scene.folder / "plan.csv", *AS_OF)
    return Way(scene, line, reached="file-written", ends_in_zip=False, drawn=SENTINEL)


def apply(folder: Path, warm: Warm) -> Way:
    scene = school(folder, warm)
    file = scene.folder / "plan.csv"
    scene.done("bulk-create", "--all", "--plan", file, *AS_OF)
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig")), delimiter=";"))
    rows[1][rows[0].index("password")] = SENTINEL
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    file.write_text(out.getvalue())
    return Way(scene, ("bulk-create", "--apply", file, *AS_OF, "-o", scene.out / "new.zip"), given=(file,))


def bulk_create(folder: Path, warm: Warm) -> Way:
    scene = school(folder, warm)
    return Way(scene, ("bulk-create", "--all", *AS_OF, "-o", scene.out / "new.zip"), drawn=SENTINEL)


def pictures(folder: Path, warm: Warm) -> Way:
    way = bulk_create(folder, warm)
    line = (*way.command, "--password-kind", "picture")
    return Way(way.scene, line, drawn="pictures", secrets=PICTURES)


def convert(folder: Path, warm: Warm) -> Way:
    scene = with_accounts(folder, warm)
    scene.done("import", scene.pupils(MOVED, PEOPLE[1]))
    line = ("bulk-create", "--convert", "--all", *AS_OF, "-o", scene.out / "new.zip")
    return Way(scene, line, drawn=OTHER.replace(" ", ""), secrets=(OTHER.replace(" ", ""), SENTINEL))


def reset(folder: Path, warm: Warm) -> Way:
    scene = with_accounts(folder, warm)
    line = ("reset-password", "030569/1", "--password-stdin", *AS_OF, "-o", scene.out / "new.zip")
    return Way(scene, line, typed=SENTINEL)


def rename(folder: Path, warm: Warm) -> Way:
    scene = with_accounts(folder, warm)
    line = ("rename", "030569/1", "--username", "e.p", "--password-stdin", *AS_OF)
    return Way(scene, (*line, "-o", scene.out / "new.zip"), typed=SENTINEL)


def change(folder: Path, warm: Warm) -> Way:
    scene = with_accounts(folder, warm, PEOPLE[0], GROWN)
    typed = f"{SENTINEL}\n{OTHER}\n"
    command = ("change-password", "jan.p")
    return Way(scene, command, typed, (SENTINEL, OTHER), reached="store-committed", ends_in_zip=False)


def verify(folder: Path, warm: Warm) -> Way:
    scene = with_accounts(folder, warm)
    return Way(scene, ("verify", "emma.p"), SENTINEL, reached="", ends_in_zip=False)


def reissue(folder: Path, warm: Warm) -> Way:
    scene = school(folder, warm)
    killed = scene.go(
        "bulk-create", "--all", *AS_OF, "-o", scene.out / "1.zip", failpoint="batch-committed:kill"
    )
    assert killed.killed
    for left in scene.out.iterdir():
        left.unlink()
    assert scene.go("recover").code == 9
    (batch,) = scene.rows("SELECT id FROM batch WHERE state = 'lost'")
    line = ("recover", "--reissue", batch["id"], *AS_OF, "-o", scene.out / "new.zip")
    return Way(scene, line, drawn=SENTINEL)


def backup(folder: Path, warm: Warm) -> Way:
    scene = with_accounts(folder, warm)
    line = ("backup", scene.folder / "copy.db")
    return Way(scene, line, reached="backup-copied", ends_in_zip=False)


def restore(folder: Path, warm: Warm) -> Way:
    """Restore a backup, and take back an account that was made after it from its ZIP."""
    scene = school(folder, warm)
    scene.done("backup", scene.folder / "copy.db")
    made = Way(scene, ("bulk-create", "--all", *AS_OF, "-o", scene.out / "new.zip"), drawn=SENTINEL)
    assert made.run().code == 0
    line = ("restore", scene.folder / "copy.db", "--bundles", scene.out, *AS_OF)
    return Way(scene, line, reached="restore-replaced")


def export(folder: Path, warm: Warm) -> Way:
    scene = with_accounts(folder, warm)
    line = ("export", "--output", scene.folder / "export.xlsx", *AS_OF)
    return Way(scene, line, reached="file-written", ends_in_zip=False)


def rejects(folder: Path, warm: Warm) -> Way:
    """Import a workbook of accounts with rows that cannot be used and go to a rejects file."""
    scene = school(folder, warm)
    head = HEADER.replace("Instellingsnummer", "Instellingsnummer;Achternaam;Voornaam;Accounttype")
    lines = (f"030569;Peeters;Emma;niets;1;emma.p;{SENTINEL}", f"030569;Claes;Noor;basis;8;noor.c;{SENTINEL}")
    file = scene.file("\n".join((head, *lines)), "workbook.csv")
    line = ("import", file, "--rejects", scene.folder / "rejects.csv")
    return Way(scene, line, given=(file,), reached="file-written", ends_in_zip=False, codes=(4,))


WAYS: tuple[Callable[[Path, Warm], Way], ...] = (
    create, adopt, adopt_cards, plan, apply, bulk_create, pictures, convert, reset, rename, change, verify, reissue,
    backup, restore, export, rejects,
)  # fmt: skip
