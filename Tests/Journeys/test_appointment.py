"""How somebody becomes a volunteer expert: from the public call to the letter of appointment, in the browsers of four people
(clauses 2.2b, 2.2d, 2.2e), on a phone and at a desk, in both languages."""

import random
import re
import urllib.parse

from playwright.sync_api import Page, expect

import overflow
from conftest import PHONE, sign_in
from server import ROOT
from test_thread import by_code, new_mobile, pick, press

SHOTS = ROOT / ".build" / "shots"


def looked(page: Page, name: str) -> None:
    """A picture, and no sideways scrolling."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"appointment-{name}.png", full_page=True)
    assert overflow.problems(page) == [], page.url


def identity_number() -> str:
    """With its check character (GB 11643)."""
    body = f"33010619{random.randrange(50, 60)}{random.randrange(1, 10):02d}{random.randrange(1, 28):02d}{random.randrange(1000):03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights)) % 11]


def path(page: Page) -> str:
    return urllib.parse.urlsplit(page.url).path


def test_from_the_call_to_the_letter(browse, server):
    name = "路" + random.choice("明清远长") + random.choice("山川河海")
    mobile, number = new_mobile(), identity_number()
    applicant, officer, head = browse(server, size=PHONE), browse(server), browse(server, size=PHONE, language="en")

    # From the directory to the call: no account yet.
    applicant.goto("/experts")
    applicant.locator('main a[href="/recruitment"]').click()
    looked(applicant, "01-calls")
    applicant.locator("main .list a.hit").first.click()
    for field in ("时间", "地点", "内容", "条件", "数量", "怎么报名", "可能的风险", "提供的保障"):
        expect(applicant.locator("dt", has_text=re.compile(f"^{field}$"))).to_be_visible()
    looked(applicant, "02-call")
    applicant.locator("main .btn.go").click()
    draft = urllib.parse.urlsplit(applicant.locator("form[data-draft]").get_attribute("action")).path

    # Kept when it is put aside, and there again when they come back.
    applicant.locator("#f-name").fill(name)
    press(applicant, draft, 'button[name="later"]')
    applicant.locator("main .btn.go").click()
    expect(applicant.locator("#f-name")).to_have_value(name)
    pick(applicant, "kind", "science")
    pick(applicant, "standing", "retired")
    pick(applicant, "domains", "technology")
    applicant.locator("#f-region").select_option("331003")
    applicant.locator("#f-employer").fill("原台州机械研究所")
    applicant.locator("#f-headline").fill("原研究所高级工程师，已退休")
    # The hours are missing: said beside the field, and nothing is lost.
    press(applicant, draft, ".btn.go")
    expect(applicant.locator(".field.wrong #f-hours")).to_be_visible()
    looked(applicant, "03-missing")
    applicant.locator("#f-hours").fill("60")
    press(applicant, draft, ".btn.go")

    # Only now the number, which leads on to where they were.
    expect(applicant.locator("main")).to_contain_text("收个验证码就接着办")
    by_code(applicant, server, mobile)
    expect(applicant.locator("h1")).to_have_text("核对报名")
    looked(applicant, "04-confirm")
    applicant.locator("#f-isTrue").check()
    applicant.locator("#f-mayVet").check()
    press(applicant, "/confirmation", ".btn.go")
    application = path(applicant)
    expect(applicant.locator("main")).to_contain_text("已收到")
    looked(applicant, "05-received")

    # The officer reviews, the head decides; each with a reason.
    sign_in(officer, "officer")
    officer.goto("/applications")
    officer.get_by_role("link", name=name).click()
    looked(officer, "06-review")
    pick(officer, "suitable", "yes")
    officer.locator("#f-reason").fill("职称和年限都核对过")
    press(officer, "/review")
    sign_in(head, "head")
    head.goto(application)
    looked(head, "07-decide")
    pick(head, "selected", "yes")
    head.locator("#f-reason").fill("技术面还缺一位")
    pick(head, "ways", "both")
    press(head, "/selection")

    # The expert signs first: the document with a consent of its own.
    applicant.goto(application)
    applicant.locator("main .btn.go").click()
    agreement = path(applicant)
    for words in ("不构成劳动关系", "保密", "知识产权", "利益冲突", "保险", "意见的性质和责任"):
        expect(applicant.locator("article.paper")).to_contain_text(words)
    looked(applicant, "08-agreement")
    applicant.locator("#f-documentKind").select_option("resident")
    applicant.locator("#f-documentNumber").fill(number)
    applicant.locator("#f-hasRead").check()
    press(applicant, "/signature", ".btn.go")
    expect(applicant.locator(".field.wrong #f-documentConsent")).to_be_visible()
    applicant.locator("#f-documentConsent").check()
    press(applicant, "/signature", ".btn.go")
    expect(applicant.locator("main")).to_contain_text(number[:6] + "********")
    assert number not in applicant.content()
    looked(applicant, "09-signed")

    # The head signs for the institution and appoints.
    head.goto(agreement)
    looked(head, "10-counter-sign")
    head.locator("#f-hasRead").check()
    press(head, "/counter-signature", ".btn.go")
    head.locator("a.back").click()
    looked(head, "11-expert")
    head.locator("main .next .btn.go").click()
    press(head, "/appointment", ".btn.go")
    looked(head, "12-appointed")

    # Public now; the letter stands among the expert's own papers.
    person = path(head).split("/")[-1]
    applicant.goto(f"/experts/{person}")
    expect(applicant.locator("h1")).to_have_text(name)
    applicant.goto(f"/experts/{person}/availability")
    expect(applicant.locator("main")).to_contain_text(re.compile(r"聘\S*〔\d{4}〕\d+号"))
    looked(applicant, "13-own-papers")
