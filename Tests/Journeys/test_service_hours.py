"""Service hours from outside: the public export adds up to what every page and certificate says; no request alone makes
minutes count, whoever sends it (clause 4.1d, security.md A7); and the way from a session to a certificate in browsers."""

import csv
import io
import json
import re
import sqlite3
import uuid
from collections import defaultdict

from playwright.sync_api import Page, expect

from conftest import PHONE, opened
from server import Server
from test_permissions import address, cells, fields_for
from test_thread import pick, press, soon
from visitor import signed_in
from world import DAY, NOW, ROLES, World, new_id


def export(server: Server) -> list[dict[str, str]]:
    answer = signed_in(server, "nobody").get("/ledger/records.csv")
    assert answer.status == 200 and answer.header("content-type").startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [int(row["number"]) for row in rows] == sorted({int(row["number"]) for row in rows}), "numbers rise, and none comes twice"
    return rows


def test_the_export_adds_up_to_what_the_expert_is_shown(server):
    rows = export(server)
    assert len(rows) > 100
    page = signed_in(server, "expert").get("/records").text
    number = re.search(r"<code>([^<]+)</code>", page).group(1)
    mine = [row for row in rows if row["person"] == number]
    total = sum(int(row["minutes"]) for row in mine)
    assert total > 0
    hours, minutes = map(int, re.search(r"<b>(\d+)<small>(?:小时| h )(\d+)", page).groups())
    assert hours * 60 + minutes == total
    months = defaultdict(int)
    for row in mine:
        months[row["month"]] += int(row["minutes"])
    shown = {month: int(count.replace(",", "")) for month, count in re.findall(r'<th scope="row"><time datetime="(\d{4}-\d{2})">[^<]+</time></th><td class="num">([\d,]+)</td>', page)}
    assert shown == dict(months)


def test_every_certificate_adds_up_from_the_export(embedded):
    """A period of months, and up to a number of the export: nothing else is needed."""
    rows = export(embedded)
    base = sqlite3.connect(embedded.folder / "data" / "zhuqi.sqlite")
    numbers = {}
    for role in ("expert", "expert.b"):
        page = signed_in(embedded, role).get("/records").text
        cast = base.execute("select person from demo_cast where key = ?", (role,)).fetchone()[0]
        numbers[cast] = re.search(r"<code>([^<]+)</code>", page).group(1)
    tried = 0
    for holder, claims, first, last in base.execute(
            "select p.holder, p.claims, q.from_month, q.until_month from paper p join certificate_request q on q.id = p.subject_id where p.kind = 'certificate'"):
        facts = {fact["key"]: fact["value"] for fact in json.loads(claims)["facts"]}
        # Whose number is not known here is found by what fits: exactly one person's records do.
        people = [numbers[holder]] if holder in numbers else sorted({row["person"] for row in rows})
        sums = [
            sum(int(row["minutes"]) for row in rows if row["person"] == number and first <= row["month"] <= last and int(row["number"]) <= int(facts["upTo"]))
            for number in people]
        assert int(facts["minutes"]) in sums, facts
        half = int(facts["minutes"]) // 30
        assert facts["hours"].startswith(f"{half // 2}.5小时" if half % 2 else f"{half // 2}小时"), facts["hours"]
        tried += 1
    assert tried >= 4


def test_no_request_alone_makes_minutes_count_A7():
    """Every write, as every role, on a claim without evidence and on one that waits: only the owner's word on evidence counts."""
    server = Server("sqlite")
    try:
        server.start()
        world = World(server)
        counted = lambda: world.one("select count(*) from service_record")
        total = lambda: world.one("select sum(minutes) from counted_record")
        before, minutes = counted(), total()
        side = world.sides["own"]
        begins = (NOW - 30 * 3_600_000) // 60_000 * 60_000
        bare = new_id()
        world.insert(
            "service_claim", id=bare, service_case=side.things["case"], institution=side.institution, region=side.region, expert=side.expert, owner=side.owner, source="typed",
            begins=begins, ends=begins + 3_600_000, minutes=60, content="补记", by_person=side.expert, at=NOW - DAY)
        waiting, side.things["record"] = side.things["record"], bare
        full = {"reason": "看过凭证，没有问题", "minutes": "60", "words": "应该计入", "verdict": "upheld", "kind": "sheet", "day": "2026-11-20", "from": "09:00", "until": "10:00",
                "content": "电话里谈的", "code": "123456", "counted": "60", "state": "counted", "expert": side.expert}
        writes = [(route, cell) for route, cell in cells(server.routes) if route.method == "POST" and (cell == "-" or cell.startswith("own:"))]
        assert len(writes) > 60
        skipped = ("/sign-out", "/account", "/people", "/institutions", "/volunteers", "/cases/*/change", "/needs/*/withdrawal", "/cases/*/closure")
        for role in ROLES:
            visitor = signed_in(server, role)
            token = visitor.token()
            for route, cell in writes:
                if route.path.startswith(skipped):
                    continue
                path = address(world, route, cell)
                wanted = {name for form in [full] for name in form}
                for fields in (fields_for(world, route, path), {name: full[name] for name in wanted if name in fields_of(route.path)}):
                    visitor.post(path, [("token", token), ("once", uuid.uuid4().hex), *fields.items()])
                assert counted() == before, f"{role} POST {path} made minutes count"
        assert total() == minutes
        # And the one that waits counts by its owner's word alone.
        for role in ROLES:
            if role == "owner":
                continue
            visitor = signed_in(server, role)
            visitor.post(f"/records/{waiting}/confirmation", [("token", visitor.token()), ("once", uuid.uuid4().hex)])
            visitor.post(f"/records/{waiting}/stand-in", [("token", visitor.token()), ("once", uuid.uuid4().hex), ("reason", full["reason"])])
            assert counted() == before, f"{role} confirmed it"
        owner = signed_in(server, "owner")
        for _ in range(2):
            owner.post(f"/records/{waiting}/confirmation", [("token", owner.token()), ("once", uuid.uuid4().hex)])
        assert counted() == before + 1
    finally:
        server.stop()


def fields_of(path: str) -> list[str]:
    """What the forms of service hours know."""
    return {
        "/records/*/stand-in": ["reason"], "/records/*/decision": ["minutes", "reason"], "/records/*/dispute": ["words", "minutes"], "/records/*/objection": ["words", "minutes"],
        "/records/*/objection/answer": ["verdict", "reason"], "/cases/*/record": ["day", "from", "until", "content"], "/cases/*/solution/record": ["minutes"], "/meetings/*/visit": ["code"],
        "/records/*/evidence": ["kind"], "/certificates/*/refusal": ["reason"],
    }.get(path, [])


def test_from_a_session_to_a_certificate(chromium):
    """On site: the code on the owner's telephone, start and end, one tap, and three people for the paper."""
    server = Server("sqlite")
    try:
        server.start()
        base = sqlite3.connect(server.folder / "data" / "zhuqi.sqlite", timeout=30, isolation_level=None)
        cast = dict(base.execute("select key, person from demo_cast"))
        case = base.execute(
            "select id from service_case where asker = ? and expert = ? and ended_at is null", (cast["owner"], cast["expert"])).fetchone()[0]
        with opened(chromium, server, "expert") as (expert, _), opened(chromium, server, "owner", size=PHONE, language="en") as (owner, _), \
                opened(chromium, server, "officer") as (officer, _), opened(chromium, server, "head", size=PHONE) as (head, _):
            meetings = f"/cases/{case}?tab=meetings"
            expert.goto("/records")
            before = total_on(expert)
            expert.goto(meetings)
            aside = expert.locator("details.more summary", has_text="另提几个时间")
            if aside.count():
                aside.click()
            pick(expert, "way", "onSite")
            expert.locator("#f-place").fill("厂里会议室")
            expert.locator("#f-time1").fill(soon(20))
            press(expert, "/meetings")
            owner.goto(meetings)
            press(owner, "/agreement")
            code = owner.locator(".stat.code b").first.inner_text()
            assert re.fullmatch(r"\d{6}", code)
            expert.goto(meetings)
            assert code not in expert.content()
            press(expert, "/beginning")
            expert.locator("#f-code").first.fill("000000" if code != "000000" else "000001")
            press(expert, "/visit")
            assert "到访码不对" in expert.content()
            expert.locator("#f-code").first.fill(code)
            press(expert, "/visit")
            # Nobody waits three quarters of an hour for a test.
            base.execute("update meeting_beginning set at = at - ? where meeting = (select meeting from meeting_witness order by at desc limit 1)", (47 * 60_000,))
            expert.goto(meetings)
            press(expert, "/end")
            owner.goto("/records")
            for _ in range(40):
                if owner.locator("a.hit", has_text="47 minutes").count():
                    break
                owner.wait_for_timeout(250)
                owner.reload()
            owner.locator("a.hit", has_text="47 minutes").first.click()
            record = owner.url
            expert.goto(record)
            assert expert.locator('form[action$="/confirmation"]').count() == 0
            expert.goto("/records")
            assert total_on(expert) == before
            press(owner, "/confirmation")
            assert "Confirmed, thank you" in owner.content()
            expert.goto("/records")
            assert total_on(expert) == before + 47
            # The paper.
            expert.goto("/certificates/new")
            press(expert, "/certificates/new")
            certificate = expert.url
            head.goto(certificate)
            assert head.locator('form[action$="/issue"]').count() == 0
            officer.goto(certificate)
            press(officer, "/check")
            head.goto(certificate)
            press(head, "/issue")
            expert.goto(certificate)
            expect(expert.locator("dl.facts")).to_contain_text("〔20")
            officer.goto("/certificates/notice")
            expect(officer.locator("main")).to_contain_text("小时")
    finally:
        server.stop()


def total_on(page: Page) -> int:
    hours, minutes = re.search(r"<b>(\d+)<small>(?:小时| h )(\d+)", page.content()).groups()
    return int(hours) * 60 + int(minutes)
