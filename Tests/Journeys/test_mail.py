"""Mail as it leaves: a real server of ours (aiosmtpd) takes it from the program's own driver. What a person wrote splits no
header (I10), a machine's mail says so (RFC 3834), and a server that refuses or stalls costs no page and no letter (U2).
"""

import email
import email.policy
import sqlite3
import threading
import time
import uuid

import pytest
from aiosmtpd.controller import Controller

from server import Server, free_port, run
from visitor import Visitor

NOW = int(time.time() * 1000)


class Postbox:
    """Keeps what comes; refuses so many times first, or stalls while it is told to."""

    def __init__(self):
        self.letters: list[tuple[list[str], bytes]] = []
        self.refusals = 0
        self.stalls = threading.Event()
        self.tries = 0

    async def handle_DATA(self, server, session, envelope):
        import asyncio

        self.tries += 1
        while self.stalls.is_set():
            await asyncio.sleep(0.1)
        if self.refusals:
            self.refusals -= 1
            return "451 try again later"
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture(scope="module")
def office():
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    server = Server("sqlite")
    server.env["ZHUQI_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    server.env["ZHUQI_MAIL_FROM"] = "zhuqi@centre.example"
    server.env["ZHUQI_TEXT_MAIL"] = "sms.example"
    try:
        (server.folder / "data").mkdir()
        run("migrate", env=server.env)
        server.serve()
        base = sqlite3.connect(server.folder / "data" / "zhuqi.sqlite", timeout=30, isolation_level=None)
        yield box, server, base
        base.close()
    finally:
        box.stalls.clear()
        server.stop()
        controller.stop()


def wait(until, seconds: float = 30):
    late = time.monotonic() + seconds
    while time.monotonic() < late:
        if found := until():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came in time")


def insert(base, table: str, **values):
    base.execute(f"insert into {table} ({', '.join(values)}) values ({', '.join('?' * len(values))})", list(values.values()))


def tell(base, mail: str, words: str, detail: str = "", kind: str = "mustKnow", place: str = "/notices", day: str = "2026-01-01") -> str:
    person, notice = uuid.uuid4().hex, uuid.uuid4().hex
    insert(base, "person", id=person, name="王海燕", mail=mail, language="zh-Hans", created_at=NOW)
    insert(
        base, "notice", id=notice, person=person, **{"class": kind}, subject_kind="need", subject_id="x", key=notice, day=day, words_zh=words, words_en=words,
        detail_zh=detail, detail_en=detail, place=place, at=NOW - 1000)
    if kind != "news":
        insert(base, "job", kind="notice.send", payload=notice, run_at=NOW - 1000, locked_until=0, tries=0)
    return person


def read(letter: tuple[list[str], bytes]):
    return letter[0], email.message_from_bytes(letter[1], policy=email.policy.default)


def test_a_letter_arrives_as_it_was_written_and_says_that_a_machine_wrote_it(office):
    box, _, base = office
    box.letters.clear()
    subject = "轮到您：请在11月26日（周四）14:30前给企业答复，案例编号2026-000123，模具水路堵塞的难题"
    tell(base, "wang@example.cn", subject, "第一行\n第二行“引号”")
    recipients, letter = read(wait(lambda: box.letters and box.letters[0]))
    assert recipients == ["wang@example.cn"]
    assert letter["Subject"] == subject
    assert letter["From"].addresses[0].display_name == "助企" and letter["From"].addresses[0].addr_spec == "zhuqi@centre.example"
    assert letter["Auto-Submitted"] == "auto-generated" and letter["Message-ID"] and letter["Date"].datetime
    assert letter.get_content_type() == "text/plain" and "第二行“引号”" in letter.get_content() and subject in letter.get_content()
    assert all(len(line) <= 998 and line.isascii() for line in box.letters[0][1].decode().split("\r\n"))


HOSTILE = "\r\nBcc: thief@example.org\r\n\r\nSubject: other\r\n.\r\nMAIL FROM:<x@y>\r\n"


@pytest.mark.parametrize("field", ["words", "detail", "place", "mail"])
def test_no_field_splits_a_letter(office, field):
    box, _, base = office
    box.letters.clear()
    given = {"words": "新方案", "detail": "请看", "place": "/notices", "mail": "li@example.cn"}
    given[field] += HOSTILE
    tell(base, given["mail"], given["words"], given["detail"], place=given["place"])
    if field == "mail":
        # An address with such characters is none: whatever remains of it names nobody else.
        time.sleep(3)
        assert all("thief@example.org" not in recipient.split(":")[0].split("@") for letter in box.letters for recipient in letter[0])
        assert all(read(letter)[1]["Bcc"] is None for letter in box.letters) and len(box.letters) <= 1
        base.execute("delete from job")
        return
    recipients, letter = read(wait(lambda: box.letters and box.letters[0]))
    time.sleep(1)
    assert len(box.letters) == 1 and recipients == ["li@example.cn"]
    assert letter["Bcc"] is None and "other" != letter["Subject"] and letter.defects == []
    assert {name.lower() for name in letter.keys()} == {
        "date", "from", "to", "subject", "message-id", "auto-submitted", "mime-version", "content-type", "content-transfer-encoding", "x-peer", "x-mailfrom", "x-rcptto"
    } - ({"x-peer", "x-mailfrom", "x-rcptto"} - {name.lower() for name in letter.keys()})


def test_a_server_that_refuses_is_asked_again(office):
    box, _, base = office
    box.letters.clear()
    box.refusals = 2
    tell(base, "again@example.cn", "您的身份结束了")
    assert read(wait(lambda: box.letters and box.letters[0]))[0] == ["again@example.cn"]
    time.sleep(1)
    assert len(box.letters) == 1 and base.execute("select count(*) from job where kind = 'notice.send'").fetchone()[0] == 0


def test_while_a_server_stalls_pages_open_and_the_letter_comes_later(office):
    box, server, base = office
    box.letters.clear()
    box.tries = 0
    box.stalls.set()
    tell(base, "later@example.cn", "密码已重设")
    wait(lambda: box.tries)
    begin = time.monotonic()
    for _ in range(20):
        assert Visitor(server).get("/sign-in").status == 200
    assert time.monotonic() - begin < 5
    # A person who waits for a code at a page is told within ten seconds that it did not go.
    visitor = Visitor(server)
    form = next(form for form in visitor.get("/sign-in").forms() if form.action == "/sign-in")
    form.fields = [(name, "13812345678" if name == "mobile" else value) for name, value in form.fields]
    begin = time.monotonic()
    answer = visitor.send(form)
    assert answer.status < 500 or answer.status == 503
    assert time.monotonic() - begin < 12
    box.stalls.clear()
    wait(lambda: any(letter[0] == ["later@example.cn"] for letter in box.letters), 90)


def test_news_is_one_letter_in_the_morning(office):
    box, server, base = office
    box.letters.clear()
    person = tell(base, "news@example.cn", "专家这次没空，已请下一位", kind="news")
    for number in range(3):
        insert(
            base, "notice", id=uuid.uuid4().hex, person=person, **{"class": "news"}, subject_kind="need", subject_id=f"y{number}", key="k", day="2026-01-01",
            words_zh=f"新消息{number}", words_en=f"News {number}", detail_zh="", detail_en="", place="/notices", at=NOW - 90_000_000)
    server.process.terminate()
    server.process.wait(15)
    server.env["ZHUQI_DIGEST_AT"] = "00:00"
    base.execute("delete from timer where name = 'digest'")
    base.execute("update notice set at = ? where class = 'news'", (NOW - 90_000_000,))
    server.serve()
    recipients, letter = read(wait(lambda: box.letters and box.letters[0]))
    time.sleep(2)
    assert len(box.letters) == 1 and recipients == ["news@example.cn"]
    assert letter["Subject"] == "助企：4条新消息"
    text = letter.get_content()
    assert all(word in text for word in ("专家这次没空，已请下一位", "新消息0", "新消息1", "新消息2", f"{server.url}/notices"))
