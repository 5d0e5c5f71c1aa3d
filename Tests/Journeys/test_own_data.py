"""One's own data (security.md P2, P5, P6): each personal column is on some room's list; a person sees, takes away and erases; who
looked at a masked value is seen by the person; a backup forgets again whoever was erased since (N5), on both engines."""

import base64
import io
import json
import os
import re
import shutil
import stat
import subprocess
import tarfile
import threading
import time
import urllib.parse

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from conftest import DESKTOP, PHONE, code_for, sign_in
from server import BINARY, ROOT, Server, run
from visitor import Visitor, signed_in

CANARY = "海燕鸟金丝雀"


def test_every_personal_column_is_on_a_list_P5():
    """A column that is added without saying what becomes of it fails here: `<Room>+Holdings.swift` is where to say it."""
    rows = [line.split("\t") for line in (ROOT / "docs" / "columns.tsv").read_text().splitlines()[1:]]
    personal = {(table, column) for table, column, kind in rows if kind in ("personal", "sensitive")}
    listed = {tuple(line.split("\t")[:2]) for line in run("holdings").splitlines()}
    missing = sorted(f"{table}.{column}" for table, column in personal - listed)
    assert not missing, f"no room says what becomes of {missing}"
    known = {(table, column) for table, column, _ in rows}
    assert not sorted(listed - known), "a list names a column that is not there"


def code(visitor: Visitor) -> str:
    text = visitor.get("/demo/outbox").text
    return re.search(r"(?<!\d)(\d{6})(?!\d)", text[text.index("验证码"):])[1]


def send(visitor: Visitor, form, values: dict[str, str]):
    """As a browser does: what stands in the form with these values, and on to where it leads."""
    fields = [(name, value) for name, value in form.fields if name not in values] + list(values.items())
    return follow(visitor, visitor.post(form.action, fields, multipart=form.multipart))


def follow(visitor: Visitor, answer):
    for _ in range(5):
        if answer.status not in (302, 303):
            break
        answer = visitor.get(answer.header("location"))
    return answer


def newcomer(server: Server, mobile: str) -> Visitor:
    """Somebody who signs in by a code for the first time, and leaves words in several rooms."""
    visitor = Visitor(server)
    page = visitor.get("/sign-in")
    answer = send(visitor, page.forms()[-1], {"mobile": mobile})
    answer = send(visitor, answer.forms()[-1], {"digits": code(visitor)})
    assert answer.status == 200, answer.path
    send(visitor, form(visitor.get("/account"), "/account"), {"name": CANARY, "mail": f"{mobile}@canary.example"})
    draft = follow(visitor, visitor.get("/needs/new"))
    send(visitor, next(one for one in draft.forms() if "statement" in dict(one.fields)), {"statement": f"{CANARY}的难题：模具交期总拖", "later": "yes"})
    return visitor


def form(answer, action: str):
    return next(one for one in answer.forms() if one.action == action)


def wait_for(server: Server, visitor: Visitor, path: str, words: str):
    for _ in range(100):
        answer = visitor.get(path)
        if words in answer.text:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{path} never says {words}")


def test_a_person_sees_and_takes_everything_that_is_theirs(server):
    visitor = newcomer(server, "13912340001")
    page = visitor.get("/account/data")
    assert page.status == 200 and CANARY in page.text and "没写完的需求" in page.text
    assert "13912340001" not in page.text.replace("13912340001@", ""), "the number is masked on the page"
    answer = send(visitor, form(page, "/account/data/exports"), {})
    place = answer.path
    ready = wait_for(server, visitor, place, "整理好了")
    links = [link for link in ready.links() if link.startswith(place)]
    copy = json.loads(visitor.get(next(link for link in links if link.endswith("/json"))).body)
    assert copy["format"] == "zhuqi.personal-data.1"
    values = {(table["table"], field["name"]): field["value"] for table in copy["tables"] for row in table["rows"] for field in row}
    assert values["person", "name"] == CANARY and values["person", "mobile_sealed"] == "13912340001"
    assert "模具" in urllib.parse.unquote_plus(values["need_draft", "fields"])
    html = visitor.get(next(link for link in links if link.endswith("/page")))
    assert CANARY in html.text and "attachment" in html.header("content-disposition")
    # It is nobody else's.
    other = signed_in(server, "officer")
    assert other.get(place).status == 404 and other.get(place + "/json").status == 404


def dump(server: Server) -> bytes:
    """All that the database holds, as it lies on the disk (SQLite) or as it can be read (PostgreSQL)."""
    if server.engine == "sqlite":
        return b"".join(path.read_bytes() for path in (server.folder / "data").glob("zhuqi.sqlite*"))
    return subprocess.run(["pg_dump", server.env["ZHUQI_DATABASE_URL"]], check=True, capture_output=True).stdout


def erase(visitor: Visitor) -> None:
    page = visitor.get("/account/data/erasure")
    assert "先把这些事了结" not in page.text, page.text
    answer = send(visitor, form(page, "/account/data/erasure"), {})
    assert answer.status == 422 and "看明白了" in answer.text
    answer = send(visitor, form(answer, "/account/data/erasure"), {"understood": "yes"})
    assert answer.path == "/" and "账号注销了" in answer.text, answer.path


def test_who_is_erased_is_gone_and_stays_gone_when_an_older_backup_is_restored_N5(scratch):
    visitor = newcomer(scratch, "13912340002")
    backup = scratch.folder / "one.backup"
    said = run("backup", str(backup), env=scratch.env)
    assert "sealed" in said and CANARY.encode() not in backup.read_bytes() and stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert CANARY.encode() in dump(scratch)
    erase(visitor)
    assert visitor.get("/account").header("location").startswith("/sign-in")
    for _ in range(50):
        if CANARY.encode() not in dump(scratch):
            break
        time.sleep(0.2)
    assert CANARY.encode() not in dump(scratch), "after the erasure"
    listed = scratch.folder / "data.erasures"
    for _ in range(50):
        if listed.read_text():
            break
        time.sleep(0.2)
    assert len(listed.read_text().splitlines()) == 1, "the list that is kept apart knows it at once"
    # Written after the backup: gone with it. The site serves on, and never shows what was to be forgotten.
    later = newcomer(scratch, "13912340003")
    assert "--replace" in refused(scratch.env, backup)
    seen = Watching(scratch)
    said = run("restore", str(backup), "--replace", env=scratch.env)
    assert "1 erasures done again" in said, said
    assert seen.end() == set(), "while it was restored"
    data = dump(scratch)
    assert CANARY.encode() not in data, "after restoring"
    assert b"13912340003@canary" not in data
    fresh = Visitor(scratch)
    assert fresh.get("/").status == 200 and fresh.get("/experts").status == 200
    assert "whole" in run("audit", "verify", env=scratch.env)
    run("ledger", "fsck", env=scratch.env)
    # The open session of somebody who came later is none of the restored database.
    assert later.get("/account").header("location").startswith("/sign-in")
    # It takes more: the same once again, and people.
    assert "1 erasures done again" in run("restore", str(backup), "--replace", env=scratch.env)
    newcomer(scratch, "13912340003")


class Watching:
    """Looks at the site and into its database again and again: what a page said besides 200, and whether the erased were there."""

    def __init__(self, server: Server):
        self.server, self.wrong, self.isOver = server, set(), False
        self.threads = [threading.Thread(target=look) for look in (self.pages, self.people)]
        for thread in self.threads:
            thread.start()

    def pages(self):
        while not self.isOver:
            for path in ("/readyz", "/experts"):
                if (status := Visitor(self.server).get(path).status) != 200:
                    self.wrong.add((path, status))

    def people(self):
        while not self.isOver:
            if value(self.server, f"select count(*) from person where name = '{CANARY}' and mobile_hash is not null and exists (select 1 from need_draft d where d.person = person.id and d.fields like '%13912340002%')"):
                self.wrong.add("the erased person is in the database that serves")

    def end(self) -> set:
        self.isOver = True
        for thread in self.threads:
            thread.join()
        return self.wrong


def value(server: Server, statement: str) -> int:
    if server.engine == "sqlite":
        return server.rows(statement)[0][0]
    return int(subprocess.run(["psql", "-tAc", statement, server.env["ZHUQI_DATABASE_URL"]], check=True, capture_output=True, text=True).stdout)


def refused(env: dict[str, str], backup, *more: str) -> str:
    """The sentence with which a restoration is refused."""
    done = subprocess.run([str(ROOT / ".build/debug/zhuqi"), "restore", str(backup), *more], env=env, capture_output=True, text=True)
    assert done.returncode != 0, done.stdout
    return done.stderr


def test_a_restoration_that_is_killed_leaves_one_whole_database_and_the_next_one_passes_N5(scratch):
    """Killed as it begins, and then ever later: what serves is the old database, whole; at the end it is the new one, whole."""
    backup = scratch.folder / "killed.backup"
    run("backup", str(backup), env=scratch.env)
    # Written after the backup: as long as it is there, the old database serves.
    newcomer(scratch, "13912340066")
    later = "select count(*) from person where mail = '13912340066@canary.example'"
    people = value(scratch, "select count(*) from person")
    known, killed = set((scratch.folder / "data").glob("stage-*")), 0
    for pause in (0, 0.2, 0.5, 1, 2):
        process = subprocess.Popen([BINARY, "restore", str(backup), "--replace"], env=scratch.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not set((scratch.folder / "data").glob("stage-*")) - known:
            time.sleep(0.005)
        time.sleep(pause)
        process.kill()
        if process.wait() != -9:
            break
        killed += 1
        left = set((scratch.folder / "data").glob("stage-*")) - known
        assert all(stat.S_IMODE(stage.stat().st_mode) == 0o700 for stage in left), "what it left open is for this user alone"
        known |= left
        if not value(scratch, later):
            break
        assert value(scratch, "select count(*) from person") == people
        assert whole(scratch) and Visitor(scratch).get("/experts").status == 200, f"killed after {pause} s"
    assert killed >= 2, "it was over before it could be killed"
    assert "restored to" in run("restore", str(backup), "--replace", env=scratch.env)
    assert value(scratch, later) == 0 and whole(scratch)
    fresh = newcomer(scratch, "13912340067")
    assert fresh.get("/account").status == 200 and signed_in(scratch, "officer").get("/start").status == 200
    for stage in known:
        shutil.rmtree(stage, ignore_errors=True)


def whole(server: Server) -> bool:
    """Pages of the file, chain of what happened, ledgers."""
    if server.engine == "sqlite":
        assert server.rows("pragma integrity_check") == [("ok",)] and server.rows("pragma foreign_key_check") == []
    run("ledger", "fsck", env=server.env)
    return "whole" in run("audit", "verify", env=server.env)


def test_a_backup_that_is_made_while_people_write_opens_elsewhere_with_everything_in_it(scratch):
    """On another machine: an empty database, the key, the list of erasures and the backup."""
    answered, isOver = [], threading.Event()

    def write(number: int, visitor: Visitor):
        while not isOver.is_set():
            name = f"{CANARY}{number}-{len(answered)}"
            send(visitor, form(visitor.get("/account"), "/account"), {"name": name})
            answered.append((number, name))

    # The demonstration's papers are made first, so that the backup has some to hold.
    late = time.monotonic() + 180
    while unmade := int(value(scratch, "select count(*) from paper p left join paper_file f on f.paper = p.id where f.paper is null")):
        assert time.monotonic() < late, f"{unmade} papers are not made"
        time.sleep(0.2)
    writers = [threading.Thread(target=write, args=(number, newcomer(scratch, f"1391235{number:04d}"))) for number in range(3)]
    for writer in writers:
        writer.start()
    late = time.monotonic() + 30
    while len(set(dict(answered))) < 3 and time.monotonic() < late:
        time.sleep(0.05)
    before = dict(answered[:])
    backup = scratch.folder / "busy.backup"
    run("backup", str(backup), env=scratch.env)
    isOver.set()
    for writer in writers:
        writer.join()
    other = Server(scratch.engine)
    try:
        for file in ("key", "data.erasures"):
            shutil.copy2(scratch.folder / file, other.folder / file)
        said = run("restore", str(backup), env=other.env)
        assert "files put back" in said
        other.serve()
        whole = [int(value(one, "select count(*) from paper")) for one in (scratch, other)]
        assert whole[0] == whole[1] > 0
        for number in before:
            names = {name for who, name in answered if who == number}
            found = text(other, f"select name from person where name like '{CANARY}{number}-%'")
            order = [name for who, name in answered if who == number]
            # What was answered before the backup began is there, or something later of theirs.
            assert found in names and order.index(found) >= order.index(before[number]), (found, before[number])
        # Files, by what a row names; papers, by their keys; the ledgers, by their tiles.
        for place in text(other, "select place from file").splitlines():
            assert (other.folder / "data" / "files" / place).read_bytes() == (scratch.folder / "data" / "files" / place).read_bytes()
        assert "whole" in run("audit", "verify", env=other.env)
        run("ledger", "fsck", env=other.env)
        papers = lambda env: sorted(line for line in run("keys", env=env).splitlines() if "papers" in line)
        assert papers(other.env) == papers(scratch.env) != []
        # Each is genuine; whether it also stands is another matter.
        for pdf in text(other, "select x.place from paper_file f join file x on x.id = f.file").splitlines():
            verdict = subprocess.run([BINARY, "verify", "--json", str(other.folder / "data" / "files" / pdf)], env=other.env, capture_output=True, text=True)
            assert "state" in json.loads(verdict.stdout), verdict.stdout
        # It works on: somebody signs in and writes, the officer's pages open.
        newcomer(other, "13912340099")
        assert signed_in(other, "officer").get("/start").status == 200
        done = subprocess.run([str(ROOT / ".build/debug/zhuqi"), "check", "--json"], env=other.env, capture_output=True, text=True)
        assert not [one for one in json.loads(done.stdout) if one["state"] == "bad"], done.stdout
    finally:
        other.stop()


def text(server: Server, statement: str) -> str:
    if server.engine == "sqlite":
        return "\n".join(str(row[0]) for row in server.rows(statement))
    return subprocess.run(["psql", "-tAc", statement, server.env["ZHUQI_DATABASE_URL"]], check=True, capture_output=True, text=True).stdout.strip()


def test_what_others_still_decide_about_somebody_ends_before_the_account_does(server):
    """An application that an officer would go on reviewing, about nobody."""
    visitor = newcomer(server, "13912340004")
    call = next(link for link in visitor.get("/recruitment").links() if re.fullmatch("/recruitment/[0-9a-f]{32}", link))
    draft = follow(visitor, visitor.get(f"{call}/application"))
    answer = send(visitor, next(one for one in draft.forms() if one.multipart), {
        "name": CANARY, "kind": "science", "standing": "retired", "domains": "technology", "region": "331003", "employer": "原研究所",
        "headline": "高级工程师，已退休", "hours": "60"})
    answer = send(visitor, next(one for one in answer.forms() if one.action.endswith("/confirmation")), {"isTrue": "yes", "mayVet": "yes"})
    application = answer.path
    assert re.fullmatch("/applications/[0-9a-f]{32}", application), application
    page = visitor.get("/account/data/erasure")
    assert "先把这些事了结" in page.text and application in page.links()
    send(visitor, form(visitor.get(application), f"{application}/withdrawal"), {})
    erase(visitor)


def test_a_backup_that_cannot_be_restored_is_refused_each_with_its_own_sentence(scratch):
    backup = scratch.folder / "two.backup"
    run("backup", str(backup), env=scratch.env)
    people = value(scratch, "select count(*) from person")
    whole = backup.read_bytes()
    (scratch.folder / "other.key").write_bytes(b"k" * 32)
    elsewhere = scratch.env | {"ZHUQI_DATA": str(scratch.folder / "elsewhere"), "ZHUQI_ERASURES": str(scratch.folder / "nowhere.erasures")}
    other_engine = {name: said for name, said in elsewhere.items() if name != "ZHUQI_DATABASE_URL"} | (
        {"ZHUQI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"} if scratch.engine == "sqlite" else {})
    newer = newer_backup(scratch)
    sentences = {}
    for name, data, env, words in [
        ("a byte", whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:], scratch.env, "was changed on the way or on the disk; take another copy"),
        ("cut", whole[: len(whole) // 2], scratch.env, "was cut off; take another copy"),
        ("cut at the end", whole[:-1], scratch.env, "was cut off; take another copy"),
        ("more behind it", whole + b"x", scratch.env, "added behind its end; take another copy"),
        ("no backup", b"hello", scratch.env, "is no backup of this program"),
        ("another key", whole, scratch.env | {"ZHUQI_KEY_FILE": str(scratch.folder / "other.key")}, "put back the key file of that day"),
        ("no key", whole, scratch.env | {"ZHUQI_KEY_FILE": str(scratch.folder / "no.key")}, "there is no key at"),
        ("newer", newer, scratch.env, "install that edition, and restore with it"),
        ("another engine", whole, other_engine, "ZHUQI_DATABASE_URL"),
        ("no list of erasures", whole, elsewhere if scratch.engine == "sqlite" else None, "list of erasures"),
    ]:
        if env is None:
            continue
        backup.write_bytes(data)
        sentences[name] = refused(env, backup, "--replace")
        assert words in sentences[name], (name, sentences[name])
        assert Visitor(scratch).get("/readyz").status == 200, name
    backup.write_bytes(whole)
    sentences["not empty"] = refused(scratch.env, backup)
    assert "--replace" in sentences["not empty"] and "make another backup first" in sentences["not empty"]
    assert not (scratch.folder / "no.key").exists(), "a new key would open nothing"
    assert value(scratch, "select count(*) from person") == people, "the database is as it was"
    assert not [one for one in (scratch.folder / "data").iterdir() if one.name.startswith("stage-")], "nothing lies open afterwards"


def newer_backup(server: Server) -> bytes:
    """Made by an edition that knows one step more: this one's, with the step in its manifest."""
    key = (server.folder / "key").read_bytes()
    path = server.folder / "newer.backup"
    run("backup", str(path), env=server.env)
    packed = opened_backup(path.read_bytes(), key)
    with tarfile.open(fileobj=io.BytesIO(packed)) as old, tarfile.open(fileobj=(made := io.BytesIO()), mode="w:gz") as new:
        for member in old:
            data = old.extractfile(member).read() if member.isfile() else b""
            if member.name.endswith("manifest.json"):
                manifest = json.loads(data)
                manifest["steps"].append("Courses 1")
                data = json.dumps(manifest).encode()
                member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return sealed_backup(made.getvalue(), key, path.read_bytes().split(b"\n")[0] + b"\n")


def sealing_key(key: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, None, b"zhuqi seal 1").derive(key))


def opened_backup(data: bytes, key: bytes) -> bytes:
    """A backup as its description says, opened without the program."""
    cipher, place, number, plain = sealing_key(key), data.index(b"\n") + 1, 0, b""
    while place < len(data):
        count = int.from_bytes(data[place : place + 4], "big")
        piece = data[place + 4 : place + 4 + count]
        place += 4 + count
        last = ".last" if place == len(data) else ""
        plain += cipher.decrypt(piece[:12], piece[12:], f"backup.{number}{last}".encode())
        number += 1
    return plain


def sealed_backup(plain: bytes, key: bytes, heading: bytes) -> bytes:
    cipher, pieces = sealing_key(key), [plain[at : at + (1 << 20)] for at in range(0, len(plain), 1 << 20)]
    data = heading
    for number, piece in enumerate(pieces):
        nonce = os.urandom(12)
        sealed = nonce + cipher.encrypt(nonce, piece, f"backup.{number}{'.last' if number == len(pieces) - 1 else ''}".encode())
        data += len(sealed).to_bytes(4, "big") + sealed
    return data


def test_what_a_killed_backup_left_open_is_gone_with_the_next_P5(scratch):
    """A copy of the whole database, with everybody who is erased after it: it does not stay until somebody finds it."""
    data = scratch.folder / "data"
    old, young = data / "stage-old", data / "stage-young"
    for stage in (old, young):
        stage.mkdir()
        (stage / "zhuqi.sqlite").write_bytes(b"everybody")
    os.utime(old, (time.time() - 86_000,) * 2)
    run("backup", str(scratch.folder / "three.backup"), env=scratch.env)
    assert [one.name for one in data.glob("stage-*")] == ["stage-young"], "one that may be running stays"
    shutil.rmtree(young)


@pytest.mark.parametrize("size,language", [(DESKTOP, "zh"), (PHONE, "en")], ids=["desktop", "phone"])
def test_an_officer_looks_at_a_masked_number_and_the_person_sees_it(scratch, browse, size, language):
    expert = text(scratch, "select person from demo_cast where key = 'expert'")
    officer = browse(scratch, size=size, language=language)
    sign_in(officer, "officer")
    officer.goto(f"/volunteers/{expert}")
    officer.get_by_role("link", name="看完整的" if language == "zh" else "see it whole").click()
    change(scratch, "update session set proved = proved - 600000")
    reason = f"约面谈要打电话 {language}"
    officer.fill('[name="reason"]', reason)
    officer.locator("main .btn.go").click()
    officer.wait_for_url(re.compile("/sign-in/proof"))
    officer.locator("main .btn.go").click()
    officer.wait_for_selector('main a[href^="tel:"]')
    person = browse(scratch, size=size, language=language)
    sign_in(person, "expert")
    person.goto("/account/data")
    assert reason in person.inner_text("main")
    name = text(scratch, "select p.name from person p join demo_cast c on c.person = p.id where c.key = 'officer'")
    assert name in person.inner_text("main")
    assert value(scratch, f"select count(*) from happening where kind = 'person.unmasked' and subject_id = '{expert}'") >= 1


def test_an_owner_closes_the_account_in_the_browser(scratch, browse):
    page = browse(scratch, size=PHONE)
    sign_in(page, "founder")
    page.goto("/account/data/erasure")
    # Somebody has things open: they are named, with the way to end them.
    if page.locator("h1:has-text('先把这些事了结')").count():
        assert page.locator("main .list a").count() > 0
    officer = browse(scratch, size=DESKTOP)
    sign_in(officer, "officer")
    officer.goto("/account/data/erasure")
    assert "先由机构结束这个身份" in officer.inner_text("main")


def test_an_expert_leaves_and_closes_the_account_in_the_browser(scratch, browse):
    """Resigns first, then has themselves erased: the directory, the pages of staff and the check of the letter name them no more."""
    person, name, code = text(
        scratch,
        """select e.person || '|' || e.name || '|' || p.code from expert e join appointment a on a.person = e.person join paper p on p.subject_id = a.id and p.kind = 'letter'
            where not exists (select 1 from service_case c where c.expert = e.person and c.ended_at is null) and not exists (select 1 from demo_cast k where k.person = e.person)
            and exists (select 1 from service_record r where r.expert = e.person) and exists (select 1 from expert_listing l where l.person = e.person)
            and not exists (select 1 from turn t where t.holder = 'person:' || e.person)
            and not exists (select 1 from certificate_request q where q.person = e.person and not exists (select 1 from certificate_issue i where i.request = q.id)
                and not exists (select 1 from certificate_refusal f where f.request = q.id))
            order by e.person limit 1""").split("|")
    strangers, officer = Visitor(scratch), signed_in(scratch, "officer")
    shown = [f"/experts/{person}", f"/verify/{code}"]
    assert all(name in strangers.get(path).text for path in shown) and name in officer.get(f"/volunteers/{person}").text
    mobile = mobile_of(scratch, person)
    page = browse(scratch, size=PHONE)
    page.goto("/sign-in")
    page.fill('[name="mobile"]', mobile)
    with page.expect_navigation():
        page.locator("main form button").first.click()
    page.fill('[name="digits"]', code_for(scratch, mobile))
    with page.expect_navigation():
        page.locator("main form button").first.click()
    # While the appointment stands, it comes first.
    page.goto("/account/data/erasure")
    assert "先把这些事了结" in page.inner_text("main")
    with page.expect_navigation():
        page.get_by_role("link", name="请先辞去聘任").click()
    with page.expect_navigation():
        page.locator("main .btn.danger.go").click()
    page.goto("/account/data/erasure")
    said = page.inner_text("main")
    assert all(words in said for words in ("马上删除", "封存", "原样留存", "专家资料", "聘书、协议、证明", "申报的服务时间")), said
    page.check('[name="understood"]')
    with page.expect_navigation():
        page.locator("main .btn.danger.go").click()
    assert "账号注销了" in page.inner_text("body")
    page.goto("/account")
    assert "/sign-in" in page.url
    assert strangers.get(f"/experts/{person}").status == 404 and name not in strangers.get("/experts").text
    checked = strangers.get(f"/verify/{code}")
    assert checked.status == 200 and name not in checked.text and "持有人已注销账号" in checked.text
    for path in ("/volunteers", f"/volunteers/{person}", "/records", "/certificates?show=all", "/papers"):
        assert name not in officer.get(path).text, path
    for table in ("person", "expert", "application"):
        assert value(scratch, f"select count(*) from {table} where name = '{name}'") == 0, table
    assert value(scratch, f"select count(*) from blocked where person = '{person}' and holding = 'expert'") == 1
    # The hours stand: the ledger and the public export rest on them.
    assert value(scratch, f"select count(*) from service_record where expert = '{person}'") > 0
    run("ledger", "fsck", env=scratch.env)


def mobile_of(server: Server, person: str) -> str:
    """Opened with the key, as the person knows it."""
    sealed = text(server, f"select mobile_sealed from person where id = '{person}'").split(".")[2]
    data = base64.b64decode(sealed)
    return sealing_key((server.folder / "key").read_bytes()).decrypt(data[:12], data[12:], f"person.mobile.{person}".encode()).decode()


def enter(page, server: Server, mobile: str) -> None:
    """Signs in by a code, as anybody does."""
    # A second code to one number within a minute is refused.
    change(server, "update mobile_code set at = at - 120000")
    page.goto("/sign-in")
    page.locator("#f-mobile").fill(mobile)
    with page.expect_navigation():
        page.locator("#f-mobile").press("Enter")
    page.locator("#f-digits").fill(code_for(server, mobile))
    with page.expect_navigation():
        page.locator("#f-digits").press("Enter")


def test_somebody_who_was_served_has_themselves_erased_on_a_phone(scratch, browse):
    """What goes, what stays and why; proved anew; signed out; the same number is somebody new; the other side's pages name nobody."""
    served = [line.split("|") for line in text(
        scratch,
        "select c.asker || '|' || p.name || '|' || c.id || '|' || c.expert || '|' || n.statement from service_case c join person p on p.id = c.asker join need n on n.id = c.need "
        "where c.ended_at is not null and c.expert is not null and p.mobile_sealed is not null "
        "and not exists (select 1 from service_case o where o.asker = c.asker and o.ended_at is null) and not exists (select 1 from demo_cast d where d.person = c.asker) "
        "and exists (select 1 from case_message m where m.service_case = c.id and m.by_person = c.asker) "
        "and exists (select 1 from demo_cast d join membership x on x.person = d.person where d.key = 'officer' and x.organisation = c.institution) order by c.id limit 12").splitlines()]
    assert served, "the demonstration has people who were served"
    for asker, name, case, expert, statement in served:
        mobile = mobile_of(scratch, asker)
        page = browse(scratch, size=PHONE)
        enter(page, scratch, mobile)
        page.goto("/account/data/erasure")
        if not page.locator("h1:has-text('先把这些事了结')").count():
            break
    else:
        raise AssertionError("everybody has something open")
    words = max(text(scratch, f"select text from case_message where service_case = '{case}' and by_person = '{asker}'").splitlines(), key=len)
    # What will go, what stays and why.
    page.goto("/account/data")
    page.locator('main a[href="/account/data/erasure"]').click()
    said = page.inner_text("main")
    assert all(part in said for part in ("马上删除", "封存", "保存10年", "不能撤回")), said
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it fits a phone"
    assert page.locator('main form[action="/account/data/exports"] button').count() == 1, "a copy first"
    page.locator('[name="understood"]').check()
    change(scratch, "update session set proved = proved - 600000")
    change(scratch, "update mobile_code set at = at - 120000")
    page.locator("main .btn.danger").click()
    page.wait_for_url(re.compile("/sign-in/proof"))
    page.locator("main .btn.go").click()
    page.wait_for_selector('[name="digits"]')
    page.fill('[name="digits"]', code_for(scratch, mobile))
    page.locator("main .btn.go").click()
    page.wait_for_selector("text=账号注销了")
    # Signed out, here and everywhere.
    page.goto("/account")
    assert "/sign-in" in page.url
    assert text(scratch, f"select count(*) from session where person = '{asker}'") == "0"
    # The same number is somebody new, who sees nothing of it.
    enter(page, scratch, mobile)
    page.goto("/account/data")
    own = page.inner_text("main")
    assert name not in own and statement[:10] not in own
    page.goto(f"/cases/{case}")
    assert page.locator("h1").inner_text() and name not in page.content() and words not in page.content()
    fresh = text(scratch, "select person from session order by begun desc limit 1")
    assert fresh != asker and text(scratch, f"select mobile_sealed is null from person where id = '{asker}'") in ("1", "t")
    # The other side: the expert's and the officer's pages open, and name nobody.
    other = browse(scratch, size=PHONE)
    enter(other, scratch, mobile_of(scratch, expert))
    officer = browse(scratch, size=DESKTOP)
    sign_in(officer, "officer")
    need = text(scratch, f"select need from service_case where id = '{case}'")
    for who, place in [(other, f"/cases/{case}"), (officer, f"/cases/{case}"), (officer, f"/needs/{need}"), (other, "/cases"), (officer, "/cases?queue=closed")]:
        answer = who.goto(place)
        assert answer.status == 200, (place, answer.status)
        for gone in (name, words, statement[:12]):
            assert gone not in who.content(), (place, gone)
    assert text(scratch, f"select count(*) from blocked where person = '{asker}'") != "0", "what the law has kept is kept"


def change(server: Server, statement: str) -> None:
    if server.engine == "sqlite":
        server.sql(statement)
    else:
        subprocess.run(["psql", "-q", "-c", statement, server.env["ZHUQI_DATABASE_URL"]], check=True)
