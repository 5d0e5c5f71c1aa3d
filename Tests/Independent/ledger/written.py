"""A ledger written by another program, from its description alone (docs/decisions/0008-the-ledger.md): entries, salts, tiles.

    python Tests/Independent/ledger/written.py DATABASE COUNT    for measuring: fills a migrated SQLite database
"""

import hashlib
import os
import sqlite3
import sys
import time

INSTITUTION = "0" * 28 + "1ed6"
OTHER = "0" * 28 + "1ed7"
HOLDER = "0" * 28 + "5e17"
NOW = 1_790_000_000_000


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node(root(hashes[:half]), root(hashes[half:]))


def tiles(leaves: list[bytes]) -> dict[tuple[int, int], bytes]:
    """All tiles of a tree by level and number; the last of a level may be narrower than 256."""
    found, level = {}, 0
    while leaves:
        for number in range(0, len(leaves), 256):
            found[level, number // 256] = b"".join(leaves[number:number + 256])
        leaves = [root(leaves[number:number + 256]) for number in range(0, len(leaves) - 255, 256)]
        level += 1
    return found


def content(number: int) -> bytes:
    return f'{{"expert":"{HOLDER}","minutes":{number % 480},"month":"2026-0{1 + number % 9}","record":"r{number}"}}'.encode()


class Written:
    def __init__(self, database: sqlite3.Connection, institution: str = INSTITUTION):
        self.database = database
        self.institution = institution
        self.entries: list[bytes] = []

    def organisation(self) -> None:
        self.database.execute(
            "insert into organisation (id, kind, name, region, parent, telephone, created_at) values (?, 'institution', '黄岩中小企业服务中心', '331003', null, '', ?)",
            (self.institution, NOW))
        self.database.execute("insert into ledger (institution, size, since) values (?, 0, ?)", (self.institution, NOW))

    def add(self, count: int, make=content) -> None:
        first, database = len(self.entries), self.database
        entries, openings = [], []
        for number in range(first, first + count):
            salt, said = os.urandom(32), make(number)
            entry = hashlib.sha256(salt + said).digest()
            self.entries.append(entry)
            entries.append((self.institution, number, "written", "record", f"r{number}", NOW + number, entry))
            openings.append((self.institution, number, HOLDER, salt, said))
        database.execute("begin")
        database.executemany("insert into ledger_entry (institution, number, kind, subject_kind, subject_id, at, commitment) values (?, ?, ?, ?, ?, ?, ?)", entries)
        database.executemany("insert into ledger_opening (institution, number, holder, salt, content) values (?, ?, ?, ?, ?)", openings)
        database.execute("update ledger set size = ? where institution = ?", (len(self.entries), self.institution))
        database.execute("delete from ledger_tile where institution = ?", (self.institution,))
        database.executemany(
            "insert into ledger_tile (institution, level, number, hashes) values (?, ?, ?, ?)",
            [(self.institution, level, number, hashes) for (level, number), hashes in tiles([leaf(entry) for entry in self.entries]).items()])
        database.execute("commit")


if __name__ == "__main__":
    base = sqlite3.connect(sys.argv[1], isolation_level=None)
    begin = time.monotonic()
    written = Written(base)
    written.organisation()
    written.add(int(sys.argv[2]))
    print(f"{len(written.entries)} entries written in {time.monotonic() - begin:.1f} s")
