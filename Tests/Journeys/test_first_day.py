"""docs/running.md, “The first day”: from an empty database to an expert in the directory, over HTTP, with nothing but what the program prints."""

import re
import time

import pyotp
import pytest

from server import ENGINES, Server, run
from visitor import Answer, Visitor

PASSWORD = "春天的河边有三只白鹭在走"
NEW = "秋天的山上有五只松鼠在跑"
TODAY, LATER = (time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600 + days * 86400)) for days in (0, 700))


@pytest.fixture(params=ENGINES)
def empty(request):
    server = Server(request.param)
    try:
        (server.folder / "data").mkdir()
        run("migrate", env=server.env)
        server.serve()
        yield server
    finally:
        server.stop()


def send(visitor: Visitor, page: str, fields: list[tuple[str, str]], expect: int = 303, action: str = "") -> Answer:
    shown = visitor.get(page)
    assert shown.status == 200, f"{page}: {shown.status}"
    form = next(form for form in shown.forms() if form.method == "POST" and form.action == (action or page))
    typed = {name for name, _ in fields}
    form.fields = [field for field in form.fields if field[0] not in typed] + fields
    answer = visitor.send(form)
    assert answer.status == expect, f"{page}: {answer.status} {' '.join(answer.tree.itertext())}"
    return answer


def link(text: str) -> str:
    return "/welcome/" + re.search(r"/welcome/([\w-]{43})", text)[1]


def account(server: Server, place: str, name: str, login: str) -> tuple[Visitor, list[str]]:
    """Opens the account, signs in, sets up the second factor; answers the recovery codes too."""
    visitor = Visitor(server)
    send(visitor, place, [("name", name), ("login", login), ("password", PASSWORD)], action="/welcome")
    send(visitor, "/sign-in/staff", [("login", login), ("password", PASSWORD)])
    assert visitor.get("/start").header("location") == "/account/factor", "nothing before the second factor"
    form = next(form for form in visitor.get("/account/factor").forms() if form.action == "/account/factor")
    code = pyotp.TOTP(dict(form.fields)["secret"]).now()
    form.fields = [(field, code if field == "factor" else value) for field, value in form.fields]
    told = visitor.send(form)
    assert told.status == 200
    assert visitor.get("/start").status == 200
    return visitor, re.findall(r"<code>([A-Z2-7]{5}-[A-Z2-7]{5})</code>", told.text)


def test_a_province_starts_from_an_empty_database(empty):
    def zhuqi(*arguments: str) -> str:
        return run(*arguments, env=empty.env)

    administrator, recovery = account(empty, link(zhuqi("user", "first")), "周敏", "zhou@example.cn")
    assert len(recovery) == 10

    authority = zhuqi("user", "organisation", "--kind", "smeAuthority", "--name", "浙江省经济和信息化厅", "--region", "330000").strip()
    zhuqi("user", "organisation", "--kind", "civilAffairs", "--name", "浙江省民政厅", "--region", "330000")
    told = send(
        administrator, "/people/new", [("name", "林岚"), ("login", "lin@example.cn"), ("role", "smeAuthority"), ("organisation", authority)], 200, "/people")
    lin, _ = account(empty, link(told.text), "林岚", "lin@example.cn")

    designated = send(
        lin, "/institutions/new",
        [("name", "台州市中小企业服务中心"), ("region", "331000"), ("telephone", "0576-88880000"), ("document", "浙企〔2026〕18号"), ("from", TODAY),
         ("until", LATER), ("inCharge", "吴江"), ("contact", "0576-88880000")], action="/institutions")
    institution = designated.header("location").split("/")[-1]

    told = zhuqi("user", "invite", "--name", "陈晓", "--login", "chen@example.cn", "--role", "officer", "--organisation", "台州市中小企业服务中心")
    officer, _ = account(empty, link(told), "陈晓", "chen@example.cn")
    told = send(administrator, "/people/new", [("name", "吴江"), ("login", "wu@example.cn"), ("role", "head"), ("organisation", institution)], 200, "/people")
    head, _ = account(empty, link(told.text), "吴江", "wu@example.cn")
    assert zhuqi("user", "list").splitlines()[0] == "chen@example.cn\tfactor\tofficer 台州市中小企业服务中心 331000"

    kind = re.search(r'name="kind"[^>]*value="(\w+)"', officer.get("/volunteers/new").text)[1]
    entered = send(
        officer, "/volunteers/new",
        [("name", "沈立"), ("mobile", "13957612345"), ("kind", kind), ("standing", "retired"), ("domains", "law"), ("lawTopics", "law.debt"), ("employer", "台州大学"),
         ("headline", "做过二十年法务"), ("headlineEnglish", "Twenty years in law"), ("biography", "帮过很多企业追货款"),
         ("biographyEnglish", "Helped many firms to be paid"), ("region", "331003")])
    place = f"/volunteers/{entered.header('location').split('/')[-1]}/appointment"
    assert officer.get(place).status == 404, "who enters does not appoint"
    assert "现在发不出聘书" in head.get(place).text, "a letter wants an agreement; serving does not"
    send(head, place, [("from", TODAY), ("until", LATER)])
    assert "沈立" in Visitor(empty).get("/experts").text
    assert "沈立" in zhuqi("match", "--text", "客户拖欠货款半年了，怎么起诉", "--region", "331003")

    # A reset gives a new password and nothing else.
    old, new = (link(zhuqi("user", "reset", login)) for login in ("zhou@example.cn", "Zhou@example.cn"))
    stranger = Visitor(empty)
    fields = [("name", "周敏"), ("login", "zhou@example.cn"), ("password", NEW)]
    send(stranger, old, fields, 422, "/welcome")
    send(stranger, new, fields, action="/welcome")
    assert administrator.get("/people").status == 303, "sessions from before are over"
    send(stranger, "/sign-in/staff", [("login", "zhou@example.cn"), ("password", NEW)])
    assert stranger.get("/people").header("location") == "/sign-in/factor", "the second factor stays"
    send(stranger, "/sign-in/factor", [("factor", recovery[0])])
    assert stranger.get("/people").status == 200
    assert "whole" in zhuqi("audit", "verify")
