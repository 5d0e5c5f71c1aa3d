"""What a request leaves behind: nothing that a header made up (security.md I14), and no trace of who complains without a name."""

import re
import time
import uuid

import pytest

from conftest import code_for, outbox
from server import Server
from visitor import Visitor, signed_in

SPOOFED, EVIL = "203.0.113.77", "evil.example"
LIES = {
    "X-Forwarded-For": f"{SPOOFED}, {SPOOFED}", "X-Real-IP": SPOOFED, "True-Client-IP": SPOOFED, "Forwarded": f"for={SPOOFED};host={EVIL};proto=https",
    "X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "https", "X-Forwarded-Server": EVIL, "X-Original-URL": "/people", "X-Rewrite-URL": "/people",
}


@pytest.fixture(scope="module")
def told():
    """A server that writes down each request, with nobody in front of it."""
    server = Server("sqlite")
    server.env["ZHUQI_LOG_LEVEL"] = "info"
    try:
        yield server.start()
    finally:
        server.stop()


def whole_log(server: Server) -> str:
    return (server.folder / "log").read_text(errors="replace")


def dump(server: Server) -> str:
    """All that the database holds, and the log of writes beside it."""
    return "".join(path.read_bytes().decode(errors="replace") for path in (server.folder / "data").glob("zhuqi.sqlite*"))


def test_headers_of_a_proxy_that_is_none_change_no_log_and_no_row_I14(told):
    mobile = "13712340001"
    visitor = Visitor(told)
    token = visitor.token()
    fields = [("token", token), ("once", uuid.uuid4().hex), ("mobile", mobile), ("next", "")]
    answer = visitor.post("/sign-in", fields, LIES)
    assert answer.status == 303, answer.status
    place = answer.header("location")
    fields = [("token", token), ("once", uuid.uuid4().hex), ("digits", code_for(told, mobile)), ("next", "")]
    answer = visitor.post(place.split("?")[0], fields, LIES)
    assert answer.status == 303 and visitor.ask("GET", "/account", headers=LIES).status == 200
    assert visitor.ask("GET", "/people", headers=LIES).status == 404
    signed_in(told, "officer").ask("GET", "/start", headers=LIES)
    time.sleep(1.5)
    for where, text in (("the log", whole_log(told)), ("the database", dump(told)), ("the outbox", "\n".join(outbox(told)))):
        assert SPOOFED not in text and EVIL not in text, f"{where} believes a header that anybody can send"


def test_no_link_follows_a_header_I14(told):
    """Neither on a page, nor in a redirect, nor in an invitation or a message."""
    problems = []
    for role in ("nobody", "owner", "administrator"):
        visitor = signed_in(told, role)
        for path in ("/", "/needs", "/start", "/people", "/sign-in", "/language?to=en&back=/"):
            answer = visitor.ask("GET", path, headers=LIES)
            if EVIL in answer.text or EVIL in str(answer.headers):
                problems.append(f"{role} {path}")
    administrator = signed_in(told, "administrator")
    form = next(form for form in administrator.ask("GET", "/people/new", headers=LIES).forms() if form.action == "/people")
    typed = {"name": "周敏", "login": "zhou@example.cn", "role": "auditor"}
    form.fields = [(name, value) for name, value in form.fields if name not in typed] + list(typed.items())
    invited = administrator.send(form, **LIES)
    found = re.findall(r"https?://[^\s\"<]+", invited.text)
    assert invited.status == 200 and any("/welcome/" in link for link in found), invited.status
    assert all(link.startswith(told.url) for link in found), found
    for message in outbox(told):
        for link in re.findall(r"https?://[^\s\"<，。]+", message):
            if not link.startswith(told.url):
                problems.append(f"a message leads to {link}")
    assert not problems, problems


def test_a_foreign_host_is_refused_before_anything_is_done_I14(told):
    visitor = Visitor(told)
    token = visitor.token()
    before = len(outbox(told))
    for host in (EVIL, f"{EVIL}:{told.port}", f"localhost.{EVIL}", f"localhost@{EVIL}"):
        assert visitor.get("/", {"Host": host}).status in (400, 421), host
        answer = visitor.post(
            "/sign-in", [("token", token), ("once", uuid.uuid4().hex), ("mobile", "13712340002"), ("next", "")], {"Host": host, "Origin": f"http://{host}"})
        assert answer.status in (400, 421), host
    assert len(outbox(told)) == before


def test_a_header_does_not_begin_a_limit_anew_I14():
    server = Server("sqlite")
    server.env["ZHUQI_TRIES_PER_MINUTE"] = "10"
    try:
        server.start()
        visitor = Visitor(server)
        token = visitor.token()
        statuses = [
            visitor.post(
                "/complaints/receipt", [("token", token), ("once", uuid.uuid4().hex), ("code", "0" * 26)],
                LIES | {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}).status
            for number in range(14)
        ]
    finally:
        server.stop()
    assert statuses[-1] == 429 and statuses.count(429) >= 3, statuses


def test_who_complains_without_a_name_stands_in_no_log(told):
    """Signed in, and on the way from a page of their own: neither address nor person is written down with it."""
    owner = signed_in(told, "owner")
    owner.get("/account")
    lines = [line for line in whole_log(told).splitlines() if "/account" in line]
    person = re.search(r"[0-9a-f]{32}", lines[-1])
    assert person, f"the log does not name who asked for an ordinary page: {lines[-1]}"
    form = next(form for form in owner.get("/complaints/new").forms() if form.action == "/complaints/new")
    kind = re.search(r'name="what"[^>]*value="(\w+)"', owner.get("/complaints/new").text)[1]
    form.fields = [(name, value) for name, value in form.fields if name not in ("what", "words", "anonymous")]
    form.fields += [("what", kind), ("words", "专家在电话里要八百元整理费，没有发票。"), ("anonymous", "yes")]
    answer = owner.send(form)
    assert answer.status == 303, answer.status
    assert owner.get(answer.header("location")).status == 200
    filed = [line for line in whole_log(told).splitlines() if "/complaints/" in line]
    assert any("POST" in line for line in filed)
    for line in filed:
        assert person[0] not in line and "127.0.0.1" not in line and "::1" not in line, f"the log tells who complained: {line}"
