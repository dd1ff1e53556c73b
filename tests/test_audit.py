"""script/audit against an advisory database of our own: nothing known, something known, nobody there."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from world import ROOT

ADVISORY = {
    "id": "PYSEC-0000-1",
    "summary": "made up",
    "affected": [
        {
            "package": {"name": "qrcode", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
        }
    ],
}
LOCK = f"qrcode==8.2 \\\n    --hash=sha256:{'0' * 64}\nanyascii==0.3.3 \\\n    --hash=sha256:{'1' * 64}\n"


@contextmanager
def database(known: dict[str, object], status: int = 200) -> Iterator[tuple[str, list[object]]]:
    """Answer queries as OSV does, here; gives the address and the queries that came."""
    asked: list[object] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((query["package"]["name"], query["version"]))
            found = known.get(query["package"]["name"])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"vulns": [found]} if found else {}).encode())

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def audit(lock: Path, url: str) -> tuple[int, str]:
    line = [sys.executable, str(ROOT / "script" / "audit"), "--lock", str(lock), "--osv-url", url]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "run.lock"
    path.write_text(LOCK)
    return path


def test_every_package_is_asked_about_and_nothing_known_is_well(lock: Path) -> None:
    with database({}) as (url, asked):
        assert audit(lock, url) == (0, "2 packages audited, 0 known vulnerabilities\n")
    assert sorted(asked) == [("anyascii", "0.3.3"), ("qrcode", "8.2")]


def test_a_known_vulnerability_is_named_and_fails(lock: Path) -> None:
    with database({"qrcode": ADVISORY}) as (url, _asked):
        code, said = audit(lock, url)
    assert code == 1
    assert said.startswith("qrcode 8.2: PYSEC-0000-1, fixed in 99.0\n")
    assert "2 packages audited, 1 known" in said


def test_a_database_that_nobody_reaches_is_said_in_one_line_and_is_no_failure(lock: Path) -> None:
    with database({}) as (url, _asked):
        pass
    code, said = audit(lock, url)
    assert code == 0
    assert said.startswith("not audited, the advisory database does not answer")
    assert said.count("\n") == 1


def test_a_gateway_that_refuses_is_no_answer_either(lock: Path) -> None:
    with database({}, status=403) as (url, _asked):
        code, said = audit(lock, url)
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith("not audited")


@pytest.mark.parametrize("content", ["qrcode==8.2\n", f"qrcode>=1 --hash=sha256:{'0' * 64}\n"])
def test_a_lock_that_is_not_pinned_with_hashes_fails_even_where_nobody_answers(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "run.lock"
    path.write_text(content)
    code, said = audit(path, "http://127.0.0.1:9/v1/query")
    assert code == 1
    assert "run.lock" in said
