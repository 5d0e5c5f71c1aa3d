"""What happens when somebody doubts an hour or a paper, and the side roads to an hour that counts, in browsers (clauses 4.1c,
4.1d): a dispute and what is decided, an objection and its correction, a silent owner, time that was typed afterwards, a record of
another organisation and the star that it leads to, the seal, and a certificate that is revoked."""

import contextlib
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

import overflow
from conftest import DESKTOP, PHONE, opened, sign_in
from server import ROOT, Server
from test_service_hours import total_on
from test_thread import CHINA, photo, pick, press, soon

SHOTS = ROOT / ".build" / "shots"


@pytest.fixture
def here():
    server = Server("sqlite")
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def people(chromium: Browser, here: Server):
    """`page = people("officer", size=PHONE, language="en")`: a person of the demonstration, signed in."""
    with contextlib.ExitStack() as stack:
        watches = []

        def of(role: str, **how) -> Page:
            page, watch = stack.enter_context(opened(chromium, here, role, **how))
            watches.append(watch)
            return page

        yield of
        assert not [problem for watch in watches for problem in watch.problems()]


def looked(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"doubts-{name}.png", full_page=True)
    assert overflow.problems(page) == [], page.url


def total(expert: Page) -> int:
    expert.goto("/records")
    return total_on(expert)


def held(server: Server, expert: Page, owner: Page, minutes: int) -> str:
    """A call that both were in, with the owner's "we have begun"; the address of its record."""
    [(case,)] = server.rows(
        """select c.id from service_case c join demo_cast o on o.key = 'owner' and o.person = c.asker
        join demo_cast e on e.key = 'expert' and e.person = c.expert where c.ended_at is null limit 1""")
    meetings = f"/cases/{case}?tab=meetings"
    expert.goto(meetings)
    aside = expert.locator("details.more summary", has_text=re.compile("另提几个时间|Propose other times"))
    if aside.count():
        aside.click()
    pick(expert, "way", "telephone")
    expert.locator("#f-time1").fill(soon(20))
    press(expert, "/meetings")
    owner.goto(meetings)
    press(owner, "/agreement")
    press(owner, "/witness")
    expert.goto(meetings)
    press(expert, "/beginning")
    # Nobody waits half an hour for a test.
    server.sql("update meeting_beginning set at = at - ? where meeting = (select meeting from meeting_witness order by at desc limit 1)", minutes * 60_000)
    expert.reload()
    press(expert, "/end")
    for _ in range(40):
        found = server.rows("select q.id from service_claim q join service_evidence e on e.claim = q.id where q.meeting = (select meeting from meeting_witness order by at desc limit 1)")
        if found:
            return f"/records/{found[0][0]}"
        owner.wait_for_timeout(250)
    raise AssertionError("the meeting became no record")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_hour_that_the_owner_denies_is_decided_by_somebody_else_and_corrected_on_objection(here, people, language):
    expert, owner = people("expert", language=language), people("owner", size=PHONE, language=language)
    officer, head = people("officer2", language=language), people("head", size=PHONE, language=language)
    before = total(expert)
    record = held(here, expert, owner, 40)
    owner.goto(record)
    looked(owner, "01-to-confirm")
    owner.locator('a[href$="/dispute"]').click()
    # Without words it stays, and says so beside the field.
    owner.locator("#f-minutes").fill("25")
    press(owner, "/dispute", ".btn.go")
    expect(owner.locator(".field.wrong #f-words")).to_be_visible()
    expect(owner.locator("#f-minutes")).to_have_value("25")
    owner.locator("#f-words").fill("中间断线，重新拨通又等了一刻钟")
    looked(owner, "02-denied")
    press(owner, "/dispute", ".btn.go")
    assert total(expert) == before, "a disputed hour counts"
    # The two have no say in it any more.
    for page in (expert, owner):
        page.goto(record)
        assert page.locator('form[action$="/decision"], form[action$="/confirmation"]').count() == 0
    officer.goto(record)
    looked(officer, "03-to-decide")
    officer.locator("#f-minutes").fill("25")
    officer.locator("#f-reason").fill("核对双方的通话记录，扣去断线等待的时间")
    press(officer, "/decision")
    assert total(expert) == before + 25

    # An objection of the owner: answered by somebody who did not decide, and the correction points to what it corrects.
    owner.goto(record)
    owner.locator("details.more summary").last.click()
    owner.locator('form[action$="/objection"] [name=minutes]').fill("20")
    owner.locator('form[action$="/objection"] [name=words]').fill("最后五分钟在等他找文件")
    press(owner, "/objection")
    officer.goto(record)
    assert officer.locator('form[action$="/objection/answer"]').count() == 0, "whoever decided answers the objection"
    head.goto(record)
    looked(head, "04-objection")
    pick(head, "verdict", "upheld")
    head.locator("#f-reason").fill("双方说法一致，更正")
    press(head, "/objection/answer")
    assert total(expert) == before + 20
    expert.goto(record)
    looked(expert, "05-corrected")
    expect(expert.locator("main")).to_contain_text(re.compile("更正为20分钟|orrected to 20 minutes"))


def test_for_an_owner_who_stays_silent_an_officer_stands_in_and_it_stays_visible(here, people):
    officer = people("officer2", size=PHONE)
    officer.goto("/records")
    officer.get_by_role("link", name=re.compile("企业没答复")).click()
    looked(officer, "06-silent")
    links = officer.locator('main a[href^="/records/"]')
    for number in range(links.count()):
        officer.goto(links.nth(number).get_attribute("href"))
        if officer.locator('form[action$="/stand-in"]').count():
            break
        officer.go_back()
    press(officer, "/stand-in")
    expect(officer.locator(".field.wrong #f-reason")).to_be_visible()
    officer.locator("#f-reason").fill("看过起止时间和企业当时按的“开始了”，打过两次电话没有接")
    press(officer, "/stand-in")
    looked(officer, "07-stood-in")
    expect(officer.locator("main")).to_contain_text("机构代为确认")


@pytest.mark.parametrize("language, size", [("zh", PHONE), ("en", DESKTOP)])
def test_time_typed_afterwards_counts_only_with_a_sheet_and_the_owner(here, people, language, size):
    expert, owner = people("expert", size=size, language=language), people("owner", size=PHONE, language=language)
    before = total(expert)
    [(case,)] = here.rows(
        """select c.id from service_case c join demo_cast o on o.key = 'owner' and o.person = c.asker
        join demo_cast e on e.key = 'expert' and e.person = c.expert where c.ended_at is null limit 1""")
    now = datetime.now(CHINA)
    # Within a day of its end, and wholly in one day.
    over = now - timedelta(hours=2) if now.hour >= 4 else now.replace(hour=21, minute=0) - timedelta(days=1)
    expert.goto(f"/cases/{case}/record")
    expert.locator("#f-day").fill(over.strftime("%Y-%m-%d"))
    expert.locator("#f-from").fill((over - timedelta(minutes=35)).strftime("%H:%M"))
    expert.locator("#f-until").fill(over.strftime("%H:%M"))
    expert.locator("#f-content").fill("到厂里看了水路，讲了怎么改")
    press(expert, f"/cases/{case}/record")
    record = expert.url
    looked(expert, "08-claim")
    owner.goto(record)
    assert owner.locator('form[action$="/confirmation"]').count() == 0, "a claim without evidence is confirmed"
    assert total(expert) == before
    expert.goto(record)
    pick(expert, "kind", "sheet")
    press(expert, "/evidence", ".btn.go")
    expect(expert.locator(".field.wrong input[type=file]")).to_be_visible()
    # A sheet of its own: the same photo proves no second service.
    expert.locator("input[type=file]").set_input_files({"name": "服务单.jpg", "mimeType": "image/jpeg", "buffer": photo(620 if language == "en" else 600)})
    press(expert, "/evidence", ".btn.go")
    looked(expert, "09-sheet")
    assert total(expert) == before
    owner.goto(record)
    owner.locator('main a[href^="/files/"]').first.wait_for()
    press(owner, "/confirmation")
    assert total(expert) == before + 35


@pytest.mark.parametrize("language, size", [("zh", DESKTOP), ("en", PHONE)])
def test_a_record_of_another_house_is_checked_and_leads_to_a_star(here, people, language, size):
    expert, officer = people("expert", size=PHONE, language=language, refusing="/carried-records$"), people("officer2", size=size, language=language)
    head = people("head", language=language)
    before = total(expert)
    expert.locator('a[href="/carried-records"]').click()
    expert.locator("#f-issuer").fill("台州市黄岩区志愿服务协会")
    expert.locator("#f-number").fill("黄志证〔2026〕第118号")
    expert.locator("#f-hours").fill("viele")
    expert.locator("input[type=file]").set_input_files({"name": "证明.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expert.locator('form[action$="/carried-records"] .btn.go').click()
    expect(expert.locator(".field.wrong #f-hours")).to_be_visible()
    expect(expert.locator("#f-number")).to_have_value("黄志证〔2026〕第118号")
    expert.locator("#f-hours").fill("99.5")
    expert.locator("input[type=file]").set_input_files({"name": "证明.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    press(expert, "/carried-records", ".btn.go")
    looked(expert, "10-carried")
    assert expert.locator('form[action$="/acceptance"]').count() == 0, "one's own paper is accepted by oneself"
    officer.goto("/carried-records")
    looked(officer, "11-to-check")
    with officer.expect_navigation():
        officer.locator("main li", has_text="黄志证〔2026〕第118号").locator('form[action$="/acceptance"] button').click()
    # It counts for the star, and for nothing else.
    assert total(expert) == before
    press(expert, "/stars")
    looked(expert, "12-asked-for-star")
    head.goto("/stars")
    looked(head, "13-star")
    with head.expect_navigation():
        head.locator("main li", has_text="钱毓秀").locator('form[action$="/award"] button').click()
    expert.reload()
    expect(expert.locator("main")).to_contain_text("一星" if language == "zh" else "1 star")


@pytest.mark.parametrize("language, size", [("zh", PHONE), ("en", DESKTOP)])
def test_a_certificate_is_sealed_by_two_and_revoked_on_an_objection(here, people, language, size):
    expert, officer, head = people("expert", size=size, language=language), people("officer", size=size, language=language), people("head", size=size, language=language)
    third, answerer, stranger = people("officer32", language=language), people("officer2", size=PHONE, language=language), people("nobody", size=PHONE, language=language)
    expert.goto("/certificates/new")
    press(expert, "/certificates/new")
    expect(expert.locator(".field.wrong #f-from")).to_be_visible()
    looked(expert, "14-nothing-counts-yet")
    owner = people("owner", size=PHONE, language=language)
    owner.goto(held(here, expert, owner, 64))
    press(owner, "/confirmation")
    expert.goto("/certificates/new")
    press(expert, "/certificates/new")
    certificate = expert.url
    for page, deed in ((officer, "/check"), (head, "/issue")):
        page.goto(certificate)
        press(page, deed)
    head.locator('main a[href^="/papers/"]').first.click()
    paper = head.url
    square = head.locator('a[href^="/verify/"]').first.get_attribute("href")

    # The seal: applied for by one, approved by another, registered with the scan.
    for _ in range(60):
        officer.goto(paper)
        if officer.locator('form[action$="/sealing"]').count():
            break
        officer.wait_for_timeout(250)
    press(officer, "/sealing")
    sealing = officer.url
    looked(officer, "14-sealing")
    assert officer.locator('form[action$="/approval"]').count() == 0, "whoever applies approves"
    head.goto(sealing)
    press(head, "/approval")
    officer.goto(sealing)
    press(officer, "/stamp", ".btn.go")
    expect(officer.locator(".field.wrong input[type=file]")).to_be_visible()
    officer.locator("input[type=file]").set_input_files({"name": "盖章件.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"})
    press(officer, "/stamp", ".btn.go")
    looked(officer, "15-sealed")
    officer.goto("/sealings")
    looked(officer, "16-register")
    stranger.goto(square)
    expect(stranger.locator("main")).to_contain_text(re.compile("有效|[Vv]alid|[Gg]enuine"))
    looked(stranger, "17-genuine")

    # In the notice somebody objects: suspended at once, answered by a hand that had no part, revoked for everybody.
    third.goto(certificate)
    third.locator("details.more summary").last.click() if third.locator("#f-words").is_hidden() else None
    third.locator('form[action$="/objection"] textarea').fill("其中一次他在外地开会，请核对")
    press(third, "/objection")
    stranger.reload()
    expect(stranger.locator("main")).to_contain_text(re.compile("暂停|[Ss]uspended"))
    looked(stranger, "18-suspended")
    for page in (officer, head, third):
        page.goto(certificate)
        assert page.locator('form[action$="/objection/answer"]').count() == 0, "answered by somebody who had part in it"
    answerer.goto(certificate)
    looked(answerer, "19-to-answer")
    pick(answerer, "verdict", "upheld")
    answerer.locator('form[action$="/objection/answer"] textarea').fill("核对行程，记录有误，撤销后重新出具")
    press(answerer, "/objection/answer")
    stranger.reload()
    expect(stranger.locator("main")).to_contain_text(re.compile("已撤销|[Rr]evoked"))
    looked(stranger, "20-revoked")
    expert.goto(certificate)
    looked(expert, "21-revoked")
    expect(expert.locator("main")).to_contain_text(re.compile("已撤销|Revoked"))


@pytest.mark.parametrize("language, size", [("zh", PHONE), ("en", DESKTOP)])
def test_a_visit_waits_for_the_policy_and_whoever_leaves_hands_the_case_over(here, people, language, size):
    officer, expert, owner = people("officer", size=size, language=language), people("expert", size=size, language=language), people("owner", size=PHONE, language=language)
    [(case, person)] = here.rows(
        """select c.id, c.expert from service_case c join demo_cast o on o.key = 'owner' and o.person = c.asker
        join demo_cast e on e.key = 'expert' and e.person = c.expert where c.ended_at is null limit 1""")
    # As if nobody had insured them yet.
    here.sql("delete from policy_person where expert = ? and not exists (select 1 from cover c where c.expert = policy_person.expert and c.policy = policy_person.policy)", person)
    if here.rows("select 1 from policy_person where expert = ?", person):
        here.sql("update policy_person set until_day = from_day where expert = ? and not exists (select 1 from cover c where c.expert = ?)", person, person)
    officer.goto("/volunteers/cover")
    looked(officer, "22-cover")
    day = datetime.now(CHINA)
    officer.locator("#f-insurer").fill("中国人民财产保险")
    officer.locator("#f-number").fill("PEAC2026330000118")
    officer.locator("#f-from").fill(day.strftime("%Y-%m-%d"))
    officer.locator("#f-until").fill((day - timedelta(days=1)).strftime("%Y-%m-%d"))
    press(officer, "/volunteers/cover")
    expect(officer.locator(".field.wrong #f-until")).to_be_visible()
    officer.locator("#f-until").fill((day + timedelta(days=364)).strftime("%Y-%m-%d"))
    press(officer, "/volunteers/cover")
    looked(officer, "23-policy")
    pick(officer, "expert", person)
    press(officer, "/people")
    expect(officer.locator("main")).to_contain_text("钱毓秀")

    # Leaving says first what becomes of the open case.
    expert.goto(f"/volunteers/{person}/resignation")
    looked(expert, "24-leaving")
    expert.locator("#f-reason").fill("要去外地照顾孙辈，半年回不来")
    press(expert, "/resignation")
    looked(expert, "25-left")
    for _ in range(40):
        owner.goto(f"/cases/{case}")
        if here.rows("select 1 from service_case where id = ? and expert is null", case):
            break
        owner.wait_for_timeout(250)
    owner.reload()
    looked(owner, "26-handed-over")
    expect(owner.locator("main")).to_contain_text("钱毓秀")
    expert.goto(f"/cases/{case}?tab=meetings")
    assert expert.locator('form[action$="/meetings"]').count() == 0, "whoever left agrees on meetings"
