"""Schools that several files of tests begin with: each names its own in a fixture `school`."""

import pytest
from schools import KEY, KNOWN, MAY_GET, TEMPORARY, TWO_SCHOOLS, WITH_ACCOUNTS
from world import AS_OF, World


@pytest.fixture
def three_pupils(world: World) -> World:
    assert world.run("import", world.pupils(*MAY_GET)).code == 0
    return world


@pytest.fixture
def three_accounts(world: World) -> World:
    """Three accounts, of which 1 and 2 have word passwords, and pupil 4 without one."""
    assert world.run("import", world.pupils(*WITH_ACCOUNTS)).code == 0
    made = world.run("bulk-create", "--all", "--password-kind", "word", *AS_OF, "-o", world.out / "first.zip")
    assert made.code == 0
    return world


@pytest.fixture(scope="session")
def store_with_known_passwords(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Return a store and its key: accounts of 1 and 2 (words) and 3 (temporary), pupil 4 without one."""
    world = World(tmp_path_factory.mktemp("known"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEERID_BCRYPT_COST", "4")
        patch.setenv("LEERID_LANG", "en")
        assert world.run("import", world.pupils(*KNOWN)).code == 0
        for pupil, kind, password in (
            ("1", "word", "kikker77"),
            ("2", "word", "vijver88"),
            ("3", "temporary", TEMPORARY),
        ):
            line = ("create", pupil, *AS_OF, "--password-kind", kind, "--password-stdin", "-o", world.out)
            assert world.run(*line, stdin=password).code == 0
    return world.snapshot(), (world.config.parent / KEY).read_bytes()


@pytest.fixture
def known_passwords(world: World, store_with_known_passwords: tuple[bytes, bytes]) -> World:
    """Accounts of 1 and 2 (words) and 3 (temporary), pupil 4 without one."""
    for path, content in zip(
        (world.store, world.config.parent / KEY), store_with_known_passwords, strict=True
    ):
        path.write_bytes(content)
        path.chmod(0o600)
    return world


@pytest.fixture
def two_schools(world: World) -> World:
    with world.config.open("a") as config:
        config.write('[schools."030569"]\nname = "De Regenboog"\n')
    assert world.run("import", world.pupils(*TWO_SCHOOLS)).code == 0
    assert world.run("create", "030569/1", *AS_OF, "-o", world.out).code == 0
    return world
