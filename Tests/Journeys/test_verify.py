"""Somebody with a paper in hand checks it at /verify: by its square code, by number and name, by its file. Nobody signs in."""

import json
import re
import sqlite3
import time

import pytest

import axe
import overflow
from conftest import DESKTOP, PHONE
from server import ROOT, Server

SHOTS = ROOT / ".build" / "shots"
STANDINGS = {
    "valid": ("真实有效", "Genuine and valid"), "expired": ("真实，已过有效期", "Genuine, no longer in force"), "replaced": ("已换发新的一份", "Replaced by a newer one"),
    "suspended": ("暂停使用", "Suspended"), "revoked": ("已撤销", "Revoked"),
}


@pytest.fixture(scope="module")
def here():
    server = Server("sqlite")
    try:
        yield server.start()
    finally:
        server.stop()


def papers(server: Server) -> dict[str, dict]:
    """One of each standing, with the place of its PDF."""
    base = sqlite3.connect(server.folder / "data" / "zhuqi.sqlite", timeout=30)
    late = time.monotonic() + 120
    while base.execute("select count(*) from paper p left join paper_file f on f.paper = p.id where f.paper is null").fetchone()[0]:
        assert time.monotonic() < late, "the PDFs are not made"
        time.sleep(0.2)
    found: dict[str, dict] = {}
    for code, number, claims, place, revoked, replaced, suspended, expired in base.execute(
            """select p.code, p.number, p.claims, x.place, exists (select 1 from paper_revocation r where r.paper = p.id),
                exists (select 1 from paper n where n.replaces = p.id), exists (select 1 from paper_suspension s where s.paper = p.id),
                coalesce(p.valid_until, '9999') < date('now')
            from paper p join paper_file f on f.paper = p.id join file x on x.id = f.file order by p.id"""):
        standing = "revoked" if revoked else "suspended" if suspended else "replaced" if replaced else "expired" if expired else "valid"
        found.setdefault(standing, dict(code=code, number=number, claims=json.loads(claims), pdf=server.folder / "data" / "files" / place))
    base.close()
    return found


def looked(page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    assert overflow.problems(page) == [], page.url


@pytest.mark.parametrize("size, language", [(PHONE, "zh"), (DESKTOP, "en"), (DESKTOP, "zh"), (PHONE, "en")])
def test_the_square_code_shows_every_fact_and_how_the_paper_stands(here, browse, size, language):
    page = browse(here, size=size, language=language)
    for standing, paper in papers(here).items():
        page.goto(f"/verify/{paper['code']}")
        words = page.locator("main").inner_text()
        assert STANDINGS[standing][language == "en"] in words, (standing, words)
        for fact in paper["claims"]["facts"]:
            assert all(line.strip() in words for line in fact["value"].split("\n")) and fact["en" if language == "en" else "zh"] in words
        assert paper["number"] in words and paper["claims"]["issuer"] in words
        looked(page, f"verify-{standing}-{language}-{size['width']}")


@pytest.mark.parametrize("size, language, script", [(PHONE, "zh", True), (DESKTOP, "en", False)])
def test_a_typed_number_wants_the_name_and_tells_what_is_missing(here, browse, size, language, script):
    page = browse(here, size=size, language=language, script=script)
    english = language == "en"
    paper = papers(here)["valid"]
    name = next(fact["value"] for fact in paper["claims"]["facts"] if fact["key"] == "name")
    page.goto("/verify")
    looked(page, f"verify-form-{language}-{size['width']}")
    # Nothing typed: each field says so, and the summary leads there.
    page.get_by_role("button", name="Check the paper" if english else "核验文书").click()
    assert page.locator(".field.wrong .wrong-note").count() == 2
    looked(page, f"verify-wrong-{language}-{size['width']}")
    # As somebody types it who has no such brackets, with a name that is not the holder's.
    typed = paper["number"].replace("〔", "(").replace("〕", ") ").replace("号", "")
    page.fill("#f-number", typed)
    page.fill("#f-name", "某某某")
    page.get_by_role("button", name="Check the paper" if english else "核验文书").click()
    words = page.locator("main").inner_text()
    assert ("Not found" if english else "没有查到") in words and paper["claims"]["issuer"] not in words.replace("助企", "")
    looked(page, f"verify-unknown-{language}-{size['width']}")
    page.get_by_role("link", name="Check another" if english else "再核验一份").click()
    page.fill("#f-number", typed)
    page.fill("#f-name", name)
    page.get_by_role("button", name="Check the paper" if english else "核验文书").click()
    assert STANDINGS["valid"][english] in page.locator("main").inner_text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_is_checked_and_a_changed_one_says_what_is_wrong(here, browse, tmp_path, language):
    english = language == "en"
    page = browse(here, size=PHONE, language=language)
    paper = papers(here)["valid"]
    data = paper["pdf"].read_bytes()
    changed = bytearray(data)
    changed[data.index(b'"facts":[{') + 40] ^= 1
    for name, content, said in [
        ("paper.pdf", data, STANDINGS["valid"]), ("changed.pdf", bytes(changed), ("文件在签名之后被改过", "changed after it was signed")),
        ("longer.pdf", data + b"\n% more\n", ("签名之后又加了内容", "added after the signature")), ("half.pdf", data[:-2000], ("文件不完整", "incomplete")),
        ("page.pdf", data[: data.index(b"/ByteRange")], ("没有出具机构的电子签名", "bears no signature")), ("notes.pdf", b"hello", ("不是PDF", "no PDF")),
    ]:
        (tmp_path / name).write_bytes(content)
        page.goto("/verify")
        page.set_input_files("#f-file", tmp_path / name)
        page.get_by_role("button", name="Check the file" if english else "核验文件").click()
        page.wait_for_selector("main [role=status], main [role=alert]:not([hidden])")
        words = page.locator("main").inner_text()
        assert said[english] in words, (name, words)
        assert (paper["number"] in words) == (name == "paper.pdf"), "what is not genuine shows nothing of the paper"
        looked(page, f"verify-file-{name.split('.')[0]}-{language}")
    page.goto("/verify")
    page.get_by_role("button", name="Check the file" if english else "核验文件").click()
    assert re.search("No PDF is chosen" if english else "还没有选PDF文件", page.locator("main").inner_text())


def test_no_fault_that_axe_finds(here, browse):
    page = browse(here, bypass_csp=True)
    for path in ["/verify", *(f"/verify/{paper['code']}" for paper in papers(here).values()), "/verify/0000"]:
        page.goto(path)
        assert axe.problems(page) == [], path


def test_guessing_is_stopped_with_what_to_do_instead_R3(here, browse):
    page = browse(here)
    paper = papers(here)["valid"]
    for _ in range(30):
        page.goto("/verify")
        page.fill("#f-number", paper["number"])
        page.fill("#f-name", "猜")
        page.get_by_role("button", name="核验文书").click()
        if "次数太多" in page.locator("main").inner_text():
            break
    else:
        raise AssertionError("thirty guesses were answered")
    assert "每小时最多20次" in page.locator("main").inner_text()
    page.goto(f"/verify/{paper['code']}")
    assert "真实有效" in page.locator("main").inner_text(), "the square code works for everybody"
