"""A ledger of ours, read and checked by the Go authors' packages for signed notes and transparency logs.

The entries are written by another program (ledger/written.py), so that both halves are tried: that ours understands what
others write from the description, and that others understand what ours signs and serves.
"""

import base64
import http.server
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from ledger.written import INSTITUTION, Written, content, leaf, root

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "Tests" / "Journeys"))
from server import ENGINES, Server  # noqa: E402
BINARY = Path(os.environ.get("ZHUQI_BINARY", ROOT / ".build" / "debug" / "zhuqi"))
COUNT = 700


@pytest.fixture(scope="module")
def go(tmp_path_factory):
    """The verifier, built from Debian's packages without a network."""
    folder = tmp_path_factory.mktemp("go")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "", "GOPROXY": "off", "GOCACHE": str(folder / "cache")}
    assert shutil.which("go"), "go is missing: script/setup test installs golang and golang-golang-x-mod-dev"
    subprocess.run(["go", "build", "-o", folder / "ledger", ROOT / "Tests/Independent/ledger/main.go"], env=env, check=True)

    def run(*arguments) -> tuple[bool, str]:
        done = subprocess.run([folder / "ledger", *map(str, arguments)], capture_output=True, text=True, timeout=120)
        return done.returncode == 0, done.stdout.strip()

    return run


class Site:
    """The program with a data folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("ZHUQI_")}
        self.env |= {
            "ZHUQI_DATA": str(folder / "data"), "ZHUQI_KEY_FILE": str(folder / "key"), "ZHUQI_PORT": str(self.port), "ZHUQI_LOG_LEVEL": "error",
            "ZHUQI_BASE_URL": "http://localhost:8080", "ZHUQI_REQUESTS_PER_MINUTE": "1000000"}
        self.process = None

    @property
    def ledger(self) -> str:
        return f"http://127.0.0.1:{self.port}/ledger/{INSTITUTION}"

    def run(self, *arguments: str) -> tuple[int, bytes, str]:
        done = subprocess.run([BINARY, *arguments], env=self.env, capture_output=True, timeout=600)
        return done.returncode, done.stdout, done.stderr.decode()

    def base(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "data" / "zhuqi.sqlite", isolation_level=None, timeout=30)

    def serve(self) -> "Site":
        self.process = subprocess.Popen([BINARY, "serve"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        late = time.monotonic() + 60
        while time.monotonic() < late:
            try:
                return urllib.request.urlopen(self.ledger + "/checkpoint", timeout=2) and self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("no checkpoint within 60 s")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(15)
            self.process = None

    def copy(self, folder: Path) -> "Site":
        shutil.copytree(self.folder / "data", folder / "data")
        shutil.copy(self.folder / "key", folder / "key")
        return Site(folder)

    def get(self, path: str) -> bytes:
        return urllib.request.urlopen(f"{self.ledger}/{path}", timeout=10).read()

    def proof(self, number: int, folder: Path) -> tuple[Path, Path]:
        file, said = folder / f"{number}.tlog-proof", folder / f"{number}.json"
        code, printed, wrong = self.run("ledger", "proof", INSTITUTION, str(number), "--content", str(said))
        assert code == 0, wrong
        file.write_bytes(printed)
        return file, said


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "data").mkdir()
    site = Site(folder)
    assert site.run("migrate")[0] == 0
    base = site.base()
    site.written = Written(base)
    site.written.organisation()
    site.written.add(COUNT)
    base.close()
    site.serve()
    site.key = site.get("key").decode().strip()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def proof(site, tmp_path_factory):
    return site.proof(300, tmp_path_factory.mktemp("proof"))


def test_go_follows_the_log_and_finds_every_entry(site, go):
    passed, said = go("log", site.ledger, site.key)
    assert passed, said
    first, *entries = said.splitlines()
    assert first == f"{COUNT} {base64.b64encode(root([leaf(entry) for entry in site.written.entries])).decode()}"
    assert entries == [entry.hex() for entry in site.written.entries]


def test_fsck_finds_the_other_programs_ledger_whole(site):
    code, printed, wrong = site.run("ledger", "fsck", "--json")
    report = json.loads(printed)
    assert code == 0 and report["whole"] and not report["findings"], (printed, wrong)
    assert (report["entries"], report["opened"], report["erased"], report["checkpoints"]) == (COUNT, COUNT, 0, 1)
    assert report["root"] == base64.b64encode(root([leaf(entry) for entry in site.written.entries])).decode()


def test_the_key_is_listed_and_exported(site, tmp_path):
    code, printed, _ = site.run("keys")
    assert code == 0 and site.key in printed.decode() and "黄岩中小企业服务中心" in printed.decode()
    assert site.run("keys", "export", str(tmp_path / "out"))[0] == 0
    assert (tmp_path / "out" / f"{INSTITUTION}.key").read_text().strip() == site.key
    assert (tmp_path / "out" / f"{INSTITUTION}.checkpoint").read_bytes() == site.get("checkpoint")


def test_go_accepts_the_genuine_proof(go, site, proof):
    file, said = proof
    assert said.read_bytes() == content(300)
    assert go("proof", file, said, "written/r300", site.key) == (True, f"300 {COUNT}")
    assert file.stat().st_size < 1500


def other_key(key: str, name: str | None = None) -> str:
    """Another key of the same name, or the same key by another name, with the hash that belongs to it."""
    import hashlib

    old, _, encoded = key.split("+", 2)
    public = base64.b64decode(encoded) if name else b"\1" + bytes(range(32))
    name = name or old
    return f"{name}+{hashlib.sha256(name.encode() + chr(10).encode() + public).hexdigest()[:8]}+{base64.b64encode(public).decode()}"


ATTACKS = {
    "one byte of the content": lambda p, s, k, o: (p, s.replace(b"300", b"301"), "written/r300", k),
    "one byte more": lambda p, s, k, o: (p, s + b" ", "written/r300", k),
    "one byte of a hash": lambda p, s, k, o: (swapped(p, 6), s, "written/r300", k),
    "another leaf": lambda p, s, k, o: (p, content(301), "written/r300", k),
    "another index": lambda p, s, k, o: (p.replace(b"index 300", b"index 301"), s, "written/r300", k),
    "an index beyond": lambda p, s, k, o: (p.replace(b"index 300", b"index 700"), s, "written/r300", k),
    "another size": lambda p, s, k, o: (p.replace(b"\n700\n", b"\n701\n"), s, "written/r300", k),
    "another root": lambda p, s, k, o: (swapped(p, 16), s, "written/r300", k),
    "another key": lambda p, s, k, o: (p, s, "written/r300", other_key(k)),
    "another name": lambda p, s, k, o: (p, s, "written/r300", other_key(k, "localhost:8080/ledger/b")),
    "the log's name changed": lambda p, s, k, o: (p.replace(b"localhost:8080", b"localhost:8081"), s, "written/r300", k),
    "the proof of another entry": lambda p, s, k, o: (o, s, "written/r300", k),
    "about another entry": lambda p, s, k, o: (p, s, "written/r301", k),
    "the path of another entry": lambda p, s, k, o: (spliced(p, o), s, "written/r300", k),
    "a hash less": lambda p, s, k, o: (b"\n".join(p.split(b"\n")[:5] + p.split(b"\n")[6:]), s, "written/r300", k),
    "another version": lambda p, s, k, o: (p.replace(b"@v1", b"@v2"), s, "written/r300", k),
    "cut off": lambda p, s, k, o: (p[:-1], s, "written/r300", k),
}


def swapped(proof: bytes, line: int) -> bytes:
    lines = proof.split(b"\n")
    assert len(lines[line]) == 44, lines[line]
    lines[line] = (b"A" if lines[line][:1] != b"A" else b"B") + lines[line][1:]
    return b"\n".join(lines)


def spliced(proof: bytes, other: bytes) -> bytes:
    lines, others = proof.split(b"\n"), other.split(b"\n")
    end = lines.index(b"")
    return b"\n".join(lines[:3] + others[3:end] + lines[end:])


@pytest.mark.parametrize("attack", ATTACKS)
def test_go_refuses_what_was_changed(go, site, proof, tmp_path, attack):
    file, said = proof
    other, _ = site.proof(301, tmp_path)
    changed = ATTACKS[attack](file.read_bytes(), said.read_bytes(), site.key, other.read_bytes())
    assert changed != (file.read_bytes(), said.read_bytes(), "written/r300", site.key)
    (tmp_path / "p").write_bytes(changed[0])
    (tmp_path / "c").write_bytes(changed[1])
    passed, told = go("proof", tmp_path / "p", tmp_path / "c", changed[2], changed[3])
    assert not passed, told


@pytest.fixture(scope="module")
def forks(site, tmp_path_factory):
    """The same institution, key and past; then each goes its own way. Both sign what they have."""
    site.stop()
    both = []
    for name in ("left", "right"):
        fork = site.copy(tmp_path_factory.mktemp(name))
        base = fork.base()
        fork.written = Written(base)
        fork.written.entries = list(site.written.entries)
        fork.written.add(1, lambda number, name=name: f"{name} {number}".encode())
        base.close()
        fork.proof(COUNT, fork.folder)  # has the checkpoint signed at once
        both.append(fork.serve())
    site.serve()
    yield both
    for fork in both:
        fork.stop()


def test_a_fork_signed_by_the_same_key_is_seen(go, site, forks, tmp_path):
    left, right = forks
    for fork in forks:
        assert json.loads(fork.run("ledger", "fsck", "--json")[1])["whole"]
    before = tmp_path / "before"
    before.write_bytes(site.get("checkpoint"))
    for fork in forks:
        assert go("consistency", fork.ledger, site.key, before) == (True, "700 701")
    before.write_bytes(left.get("checkpoint"))
    assert go("consistency", left.ledger, site.key, before) == (True, "701 701")
    passed, told = go("consistency", right.ledger, site.key, before)
    assert not passed, told
    # A proof from one branch does not pass with the checkpoint of the other.
    file, said = left.proof(700, tmp_path)
    assert go("proof", file, said, "written/r700", site.key)[0]
    head, _ = file.read_bytes().split(b"\n\n", 1)
    file.write_bytes(head + b"\n\n" + right.get("checkpoint"))
    assert not go("proof", file, said, "written/r700", site.key)[0]
    # Going back is not continuing: a stale checkpoint.
    before.write_bytes(left.get("checkpoint"))
    assert not go("consistency", site.ledger, site.key, before)[0]


class Liar(http.server.BaseHTTPRequestHandler):
    """Passes the log on, except for what it was told to change."""

    def do_GET(self):
        path = self.path.lstrip("/")
        try:
            body = self.server.site.get(path)
        except OSError:
            body = None
        if path in self.server.lies:
            body = self.server.lies[path](body)
        self.send_response(200 if body is not None else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        pass


LIES = {
    "a missing tile": ("tile/0/001", lambda body: None),
    "a missing bundle": ("tile/entries/001", lambda body: None),
    "one bit of a tile": ("tile/0/001", lambda body: body[:100] + bytes([body[100] ^ 1]) + body[101:]),
    "one bit of the growing tile": ("tile/0/002.p/188", lambda body: bytes([body[0] ^ 1]) + body[1:]),
    "one bit of an entry": ("tile/entries/000", lambda body: body[:50] + bytes([body[50] ^ 1]) + body[51:]),
    "an entry less": ("tile/entries/000", lambda body: body[34:]),
    "a tile cut off": ("tile/0/000", lambda body: body[:-32]),
    "a checkpoint of fewer": ("checkpoint", lambda body: body.replace(b"\n700\n", b"\n600\n")),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_server_that_lies_is_caught_by_go(go, site, lie):
    path, change = LIES[lie]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    server.site, server.lies = site, {path: change}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        passed, told = go("log", f"http://127.0.0.1:{server.server_port}", site.key)
        assert not passed, told
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("engine", ENGINES)
def test_go_follows_the_ledgers_of_the_demonstration(engine, go, tmp_path):
    """Here ours has entered everything: letters, agreements, records, certificates, as people of the demonstration made them."""
    server = Server(engine)
    try:
        server.start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            done = subprocess.run([BINARY, "ledger", "fsck", "--json"], env=server.env, capture_output=True, timeout=300)
            reports = [json.loads(line) for line in done.stdout.splitlines()]
            if reports and all(report["checkpoints"] for report in reports):
                break
            time.sleep(0.5)
        assert done.returncode == 0, done.stdout.decode()
        assert reports and all(report["entries"] for report in reports), "the demonstration has entered nothing"
        for report in reports:
            base = f"{server.url}/ledger/{report['institution']}"
            key = urllib.request.urlopen(base + "/key").read().decode().splitlines()[0]
            assert key.split("+")[0] == report["origin"]
            passed, said = go("log", base, key)
            assert passed, said
            size, head = said.splitlines()[0].split()
            assert int(size) <= report["entries"] and (int(size) < report["entries"] or head == report["root"])
            # The last entry's proof, with what was entered, by their tools alone.
            number, said = int(size) - 1, tmp_path / "content"
            proof = subprocess.run([BINARY, "ledger", "proof", report["institution"], str(number), "--content", said], env=server.env, capture_output=True, check=True).stdout
            (tmp_path / "proof").write_bytes(proof)
            about = base64.b64decode(proof.split(b"\n")[1].removeprefix(b"extra ")).split(b"\n")[0].decode()
            assert go("proof", tmp_path / "proof", said, about, key)[0]
            said.write_bytes(said.read_bytes() + b" ")
            assert not go("proof", tmp_path / "proof", said, about, key)[0]
    finally:
        server.stop()


def test_fsck_names_what_another_program_has_changed(site, tmp_path):
    site.stop()
    copy = site.copy(tmp_path)
    base = copy.base()
    base.execute("update ledger_opening set content = cast(replace(cast(content as text), '300', '360') as blob) where number = 300")
    base.execute("update ledger_tile set hashes = zeroblob(8192) where level = 0 and number = 1")
    base.close()
    code, printed, _ = copy.run("ledger", "fsck", "--json")
    assert code == 1
    assert [finding["place"] for finding in json.loads(printed)["findings"]] == ["entry 300", "tile/0/001"]
    assert "BROKEN" in copy.run("ledger", "fsck")[1].decode()
    site.serve()
