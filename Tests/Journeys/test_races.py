import pytest
"""One thing, taken by many at the same moment, from eight processes at once: exactly one wins (security.md A10)."""

import sqlite3
import subprocess
import uuid
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from server import Server
from visitor import Visitor, signed_in

PROCESSES, EACH = 8, 50


def rows(server: Server, sql: str) -> list[list[str]]:
    """Straight from the database, on either engine."""
    if server.engine == "postgres":
        url = server.env["ZHUQI_DATABASE_URL"]
        out = subprocess.run(["psql", url, "-q", "-At", "-F", "\t", "-c", sql], capture_output=True, text=True, check=True).stdout
        return [line.split("\t") for line in out.splitlines()]
    with sqlite3.connect(server.folder / "data" / "zhuqi.sqlite", timeout=30, isolation_level=None) as base:
        return [[str(cell) for cell in row] for row in base.execute(sql).fetchall()]


def shoot(port: int, path: str, role_cookies: dict, token: str, forms: list[list[tuple[str, str]]]) -> list[int]:
    """One process: its requests, four at a time."""
    class Far:
        url = f"http://localhost:{port}"
    Far.port = port

    def one(fields) -> int:
        visitor = Visitor(Far, dict(role_cookies))
        return visitor.post(path, [("token", token), ("once", uuid.uuid4().hex), *fields]).status

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, forms))


def race(server: Server, role: str, path: str, choices: list[list[tuple[str, str]]]) -> list[int]:
    visitor = signed_in(server, role)
    token = visitor.token()
    share = [[choices[(process + shot) % len(choices)] for shot in range(EACH)] for process in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        jobs = [pool.submit(shoot, server.port, path, visitor.cookies, token, forms) for forms in share]
        answers = [status for job in jobs for status in job.result()]
    assert len(answers) == PROCESSES * EACH
    assert all(status < 500 for status in answers), f"{sorted(set(answers))}: the server gave up under {path}"
    return answers


def person(server: Server, key: str) -> str:
    return rows(server, f"select person from demo_cast where key = '{key}'")[0][0]


INSTITUTION = "(select m.organisation from membership m join demo_cast d on d.person = m.person where d.key = 'officer')"


def done(server: Server, kind: str, subject: str) -> int:
    return int(rows(server, f"select count(*) from happening where kind = '{kind}' and subject_id = '{subject}' and outcome = 'done'")[0][0])


def test_one_triage_wins_A10(scratch):
    need = rows(scratch, f"select n.id from need n left join need_triage t on t.need = n.id where t.need is null and n.institution = {INSTITUTION} "
                "and not exists (select 1 from need_withdrawal w where w.need = n.id) and not exists (select 1 from need_referral r where r.need = n.id) order by n.id desc limit 1")[0][0]
    choices = [[("domain", domain), ("subTopic", ""), ("urgency", urgency)] for domain in ("law", "finance", "policy", "management") for urgency in ("thisWeek", "thisMonth")]
    answers = race(scratch, "officer", f"/needs/{need}/triage", choices)
    assert rows(scratch, f"select count(*) from need_triage where need = '{need}'")[0][0] == "1"
    assert done(scratch, "need.triaged", need) == 1
    # Whoever repeats the very same decision is told that it is done; every other one is refused.
    assert answers.count(409) >= PROCESSES * EACH * 3 // 4, {status: answers.count(status) for status in set(answers)}


def test_one_choice_wins_A10(scratch):
    owner = person(scratch, "owner")
    need = rows(scratch, f"""select n.id from need n join turn t on t.id = n.id and t.permission = 'need.choose' join proposal p on p.need = n.id
        where n.institution = {INSTITUTION} and not exists (select 1 from open_offer o where o.need = n.id) order by n.id limit 1""")[0][0]
    rows(scratch, f"update need set asker = '{owner}', enterprise = null where id = '{need}'")
    experts = [row[0] for row in rows(scratch, f"""select q.expert from proposal_place q join proposal p on p.id = q.proposal
        where p.need = '{need}' and p.round = (select max(round) from proposal where need = '{need}')""")]
    before = int(rows(scratch, f"select count(*) from offer where need = '{need}'")[0][0])
    answers = race(scratch, "owner", f"/needs/{need}/choice", [[("expert", expert), ("agreeRival", "yes")] for expert in experts])
    assert int(rows(scratch, f"select count(*) from offer where need = '{need}'")[0][0]) == before + 1
    assert rows(scratch, f"select count(*) from open_offer where need = '{need}'")[0][0] == "1"
    assert 409 in answers and 303 in answers, {status: answers.count(status) for status in set(answers)}


def test_one_answer_to_an_offer_wins_A10(scratch):
    expert = person(scratch, "expert")
    offer, need = rows(scratch, f"select o.offer, o.need from open_offer o join need n on n.id = o.need where n.institution = {INSTITUTION} order by o.due desc limit 1")[0]
    rows(scratch, f"update offer set expert = '{expert}' where id = '{offer}'")
    race(scratch, "expert", f"/offers/{offer}/answer", [[("answer", "accepted")], [("answer", "accepted")], [("answer", "notNow")]])
    assert rows(scratch, f"select count(*) from offer_answer where offer = '{offer}'")[0][0] == "1"
    assert done(scratch, "offer.answered", offer) == 1
    answer = rows(scratch, f"select answer from offer_answer where offer = '{offer}'")[0][0]
    cases = int(rows(scratch, f"select count(*) from service_case where need = '{need}'")[0][0])
    assert cases == (1 if answer == "accepted" else 0)


def test_one_word_at_the_end_wins_A10(scratch):
    owner = person(scratch, "owner")
    case = rows(scratch, f"""select c.id from service_case c join solution s on s.service_case = c.id where c.ended_at is null and c.institution = {INSTITUTION}
        and c.undertaking_at is not null order by c.id desc limit 1""")[0][0]
    rows(scratch, f"update service_case set asker = '{owner}', enterprise = null where id = '{case}'")
    choices = [
        [("verdict", verdict), ("advice", "5"), ("contact", "4"), ("speed", "3"), ("words", "好"), ("noCharge", "yes"), ("baseline", ""), ("target", "")]
        for verdict in ("solved", "partly", "not")]
    answers = race(scratch, "owner", f"/cases/{case}/closure", choices)
    assert rows(scratch, f"select count(*) from case_closure where service_case = '{case}'")[0][0] == "1"
    assert done(scratch, "case.closed", case) == 1
    assert 303 in answers


def test_a_form_that_arrives_many_times_is_done_once_A10(scratch):
    """The same key from eight processes: one message."""
    owner = person(scratch, "owner")
    case = rows(scratch, f"select c.id from service_case c where c.ended_at is null and c.institution = {INSTITUTION} and c.undertaking_at is not null and c.expert is not null order by c.id limit 1")[0][0]
    rows(scratch, f"update service_case set asker = '{owner}', enterprise = null where id = '{case}'")
    visitor = signed_in(scratch, "owner")
    fields = [("token", visitor.token()), ("once", uuid.uuid4().hex), ("text", "只说一遍的话")]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: Visitor(scratch, dict(visitor.cookies)).post(f"/cases/{case}/messages", fields).status, range(64)))
    assert set(answers) == {303}, set(answers)
    assert rows(scratch, f"select count(*) from case_message where service_case = '{case}' and text = '只说一遍的话'")[0][0] == "1"
