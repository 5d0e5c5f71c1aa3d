"""The chain of seals, computed a second time from its description (Sources/Happenings/Seal.swift), and what
`zhuqi audit verify` says of it, whole and broken. ZHUQI_BINARY names another build; ZHUQI_AUDIT_ROWS a longer chain.
"""

import base64
import hashlib
import os
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = Path(os.environ.get("ZHUQI_BINARY", ROOT / ".build" / "debug" / "zhuqi"))
ROWS = int(os.environ.get("ZHUQI_AUDIT_ROWS", "2000"))
AUDITOR = "person:" + "0" * 31 + "1"


def seal(previous: str, row: tuple) -> str:
    """SHA-256 over the seal before and the row's fields, each with its length in bytes."""
    digest = hashlib.sha256()
    for value in (previous, *map(str, row)):
        data = value.encode()
        digest.update(b"%d:%s" % (len(data), data))
    return base64.b64encode(digest.digest()).decode()


@pytest.fixture
def trail(tmp_path: Path):
    env = {name: value for name, value in os.environ.items() if not name.startswith("ZHUQI_")}
    env |= {"ZHUQI_DATA": str(tmp_path / "data"), "ZHUQI_KEY_FILE": str(tmp_path / "key")}

    def verify(*more: str) -> tuple[int, str]:
        done = subprocess.run([BINARY, "audit", "verify", *more], env=env, capture_output=True, text=True, timeout=600)
        return done.returncode, done.stdout

    subprocess.run([BINARY, "migrate"], env=env, check=True, capture_output=True)
    database = sqlite3.connect(tmp_path / "data" / "zhuqi.sqlite", isolation_level=None)
    database.execute("begin")
    head, heads = "", []
    for number in range(1, ROWS + 1):
        row = (number, "need.triaged", "need", f"{number:032x}", AUDITOR, 1_790_000_000_000 + number, "192.0.2.7", "done", f"领域=模具\nn={number}")
        head = seal(head, row)
        heads.append(head)
        database.execute("insert into happening values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        database.execute("insert into seal values (?, ?, ?)", (number, number, head))
    database.execute("commit")
    yield database, heads, verify
    database.close()


def test_what_another_program_has_sealed_is_whole_and_a_change_is_named(trail):
    database, heads, verify = trail
    begin = time.monotonic()
    assert verify() == (0, f"zhuqi: whole: {ROWS} seals, head {heads[-1]}\n")
    print(f"\n{ROWS} seals verified in {time.monotonic() - begin:.2f} s")
    assert verify("--seal", str(ROWS - 5), "--head", heads[-6])[0] == 0

    database.execute("drop trigger happening_no_update")
    database.execute("update happening set fields = fields || ' ' where number = 1234")
    assert verify() == (1, "zhuqi: BROKEN at seal 1234, happening 1234: the happening or its seal was changed\n")
    database.execute("update happening set fields = rtrim(fields) where number = 1234")
    assert verify()[0] == 0

    # Cut off at the end: only a head that was written down elsewhere tells.
    database.execute("drop trigger happening_no_delete")
    database.execute("drop trigger seal_no_delete")
    database.execute("delete from seal where number > 1500")
    database.execute("delete from happening where number > 1500")
    assert verify()[0] == 0
    code, said = verify("--seal", str(ROWS), "--head", heads[-1])
    assert code == 1 and "not the one that was written down" in said
    # One that was changed and sealed anew is another head as well.
    assert verify("--seal", "1400", "--head", heads[0])[0] == 1
    assert verify("--seal", "1400", "--head", heads[1399])[0] == 0


def test_half_of_what_was_written_down_is_not_enough(trail):
    _, _, verify = trail
    assert verify("--seal", "3")[0] not in (0, 1)


def test_a_head_signed_each_day_shows_what_the_chain_alone_cannot(trail, tmp_path):
    """Whoever holds the database can drop the triggers and write the whole chain anew; the signature is not theirs to make."""
    database, heads, verify = trail
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("ZHUQI_")}
    env |= {"ZHUQI_DATA": str(tmp_path / "data"), "ZHUQI_KEY_FILE": str(tmp_path / "key"), "ZHUQI_PORT": str(port)}
    serve = subprocess.Popen([BINARY, "serve"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder = tmp_path / "data" / "audit"
    try:
        late = time.monotonic() + 60
        while not list(folder.glob("*.head")) and time.monotonic() < late:
            time.sleep(0.2)
    finally:
        serve.terminate()
        serve.wait(15)
    (file,) = folder.glob("*.head")
    lines = file.read_text().splitlines()
    assert lines[:1] == ["zhuqi audit head 1"] and lines[1] == file.stem and lines[2:4] == [str(ROWS), heads[-1]]
    assert "; 1 signed heads fit" in verify()[1]

    # Another program checks the signature with the public key that stands in the file.
    key = base64.b64decode(lines[6].removeprefix("key "))
    (tmp_path / "text").write_text("\n".join(lines[:5]) + "\n")
    (tmp_path / "signature").write_bytes(base64.b64decode(lines[5].removeprefix("signature ")))
    (tmp_path / "public").write_bytes(bytes.fromhex("302a300506032b6570032100") + key)
    check = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "public", "-keyform", "DER", "-rawin", "-in", tmp_path / "text", "-sigfile", tmp_path / "signature"]
    assert subprocess.run(check, capture_output=True).returncode == 0
    (tmp_path / "text").write_text("\n".join(lines[:5]).replace(lines[2], "7") + "\n")
    assert subprocess.run(check, capture_output=True).returncode != 0

    # The chain is written anew from row 1500 on, every seal right: only the signed head tells.
    for trigger in ("happening_no_update", "happening_no_delete", "seal_no_update", "seal_no_delete", "signed_head_no_update", "signed_head_no_delete"):
        database.execute(f"drop trigger if exists {trigger}")
    database.execute("update happening set fields = 'n=0' where number = 1500")
    head = heads[1498]
    database.execute("begin")
    for row in database.execute("select * from happening where number >= 1500 order by number").fetchall():
        head = seal(head, row)
        database.execute("update seal set hash = ? where happening = ?", (head, row[0]))
    database.execute("commit")
    code, said = verify()
    assert code == 1 and "the chain was written anew" in said, said
    # The row in the database goes too; the file, or a copy of it elsewhere, remains.
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / file.name).write_bytes(file.read_bytes())
    database.execute("delete from signed_head")
    file.unlink()
    assert verify()[0] == 0
    assert verify("--heads", str(copy))[0] == 1
    # A file that somebody touched is no longer signed.
    (copy / file.name).write_text((copy / file.name).read_text().replace(heads[-1], head))
    code, said = verify("--heads", str(copy))
    assert code == 1 and "not signed by this key" in said
    (copy / file.name).write_text("nothing of the kind\n")
    assert verify("--heads", str(copy))[0] == 1
    # Cut off at the end, every seal before it right.
    (copy / file.name).write_text("\n".join(lines) + "\n")
    database.execute("delete from seal where number > 1400")
    database.execute("delete from happening where number > 1400")
    code, said = verify("--heads", str(copy))
    assert code == 1 and "cut off" in said


def free_port() -> int:
    import socket

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
