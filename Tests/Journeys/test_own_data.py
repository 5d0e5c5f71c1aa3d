"""One's own data (security.md P2, P5, P6): each personal column is on some room's list; a person sees, takes away and erases; who
looked at a masked value is seen by the person; a backup forgets again whoever was erased since (N5), on both engines."""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.parse

import pytest

from conftest import DESKTOP, PHONE, sign_in
from server import ROOT, Server, run
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


@pytest.fixture(scope="module")
def lone():
    server = Server("sqlite")
    try:
        yield server.start()
    finally:
        server.stop()


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
    assert "sealed" in said and CANARY.encode() not in backup.read_bytes()
    assert CANARY.encode() in dump(scratch)
    erase(visitor)
    assert visitor.get("/account").header("location").startswith("/sign-in")
    for _ in range(50):
        if CANARY.encode() not in dump(scratch):
            break
        time.sleep(0.2)
    assert CANARY.encode() not in dump(scratch), "after the erasure"
    # Written after the backup: gone with it. The site serves on.
    later = newcomer(scratch, "13912340003")
    refused = subprocess.run([str(ROOT / ".build/debug/zhuqi"), "restore", str(backup)], env=scratch.env, capture_output=True, text=True)
    assert refused.returncode != 0 and "--replace" in refused.stderr
    said = run("restore", str(backup), "--replace", env=scratch.env)
    assert "1 erasures done again" in said, said
    data = dump(scratch)
    assert CANARY.encode() not in data, "after restoring"
    assert b"13912340003@canary" not in data
    fresh = Visitor(scratch)
    assert fresh.get("/").status == 200 and fresh.get("/experts").status == 200
    assert "whole" in run("audit", "verify", env=scratch.env)
    # The open session of somebody who came later is none of the restored database.
    assert later.get("/account").header("location").startswith("/sign-in")


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


def test_a_backup_that_was_changed_or_cut_is_refused(lone):
    backup = lone.folder / "two.backup"
    run("backup", str(backup), env=lone.env)
    whole = backup.read_bytes()
    other_key = dict(lone.env, ZHUQI_KEY_FILE=str(lone.folder / "other.key"))
    (lone.folder / "other.key").write_bytes(b"k" * 32)
    for name, data, env in [
        ("a byte", whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:], lone.env), ("cut", whole[: len(whole) // 2], lone.env),
        ("cut at the end", whole[:-1], lone.env), ("no backup", b"hello", lone.env), ("another key", whole, other_key),
    ]:
        backup.write_bytes(data)
        tried = subprocess.run([str(ROOT / ".build/debug/zhuqi"), "restore", str(backup), "--replace"], env=env, capture_output=True, text=True)
        assert tried.returncode != 0, name
        assert Visitor(lone).get("/readyz").status == 200, name
    assert lone.rows("select count(*) from person")[0][0] > 100, "the database is as it was"


def test_what_a_killed_backup_left_open_is_gone_with_the_next_P5(lone):
    """A copy of the whole database, with everybody who is erased after it: it does not stay until somebody finds it."""
    data = lone.folder / "data"
    old, young = data / "stage-old", data / "stage-young"
    for stage in (old, young):
        stage.mkdir()
        (stage / "zhuqi.sqlite").write_bytes(b"everybody")
    os.utime(old, (time.time() - 86_000,) * 2)
    run("backup", str(lone.folder / "three.backup"), env=lone.env)
    assert [one.name for one in data.glob("stage-*")] == ["stage-young"], "one that may be running stays"
    shutil.rmtree(young)


@pytest.mark.parametrize("size,language", [(DESKTOP, "zh"), (PHONE, "en")], ids=["desktop", "phone"])
def test_an_officer_looks_at_a_masked_number_and_the_person_sees_it(lone, browse, size, language):
    expert = lone.rows("select person from demo_cast where key = 'expert'")[0][0]
    officer = browse(lone, size=size, language=language)
    sign_in(officer, "officer")
    officer.goto(f"/volunteers/{expert}")
    officer.get_by_role("link", name="看完整的" if language == "zh" else "see it whole").click()
    lone.sql("update session set proved = proved - 600000")
    reason = f"约面谈要打电话 {language}"
    officer.fill('[name="reason"]', reason)
    officer.locator("main .btn.go").click()
    officer.wait_for_url(re.compile("/sign-in/proof"))
    officer.locator("main .btn.go").click()
    officer.wait_for_selector('main a[href^="tel:"]')
    person = browse(lone, size=size, language=language)
    sign_in(person, "expert")
    person.goto("/account/data")
    assert reason in person.inner_text("main")
    name = lone.rows("select p.name from person p join demo_cast c on c.person = p.id where c.key = 'officer'")[0][0]
    assert name in person.inner_text("main")
    assert lone.rows("select count(*) from happening where kind = 'person.unmasked' and subject_id = ?", expert)[0][0] >= 1


def test_an_owner_closes_the_account_in_the_browser(lone, browse):
    page = browse(lone, size=PHONE)
    sign_in(page, "founder")
    page.goto("/account/data/erasure")
    # Somebody has things open: they are named, with the way to end them.
    if page.locator("h1:has-text('先把这些事了结')").count():
        assert page.locator("main .list a").count() > 0
    officer = browse(lone, size=DESKTOP)
    sign_in(officer, "officer")
    officer.goto("/account/data/erasure")
    assert "先由机构结束这个身份" in officer.inner_text("main")
