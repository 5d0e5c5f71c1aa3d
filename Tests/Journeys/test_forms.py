"""Every form, sent as nobody's browser sends it: with names that are not its own, over GET, twice (security.md A5, I5, I8)."""

import sqlite3
import time
import uuid

import pytest

from server import Server
from test_bad_requests import forms
from visitor import signed_in
from world import ROLES

# What would be worth setting: taken from the columns of the schema.
EXTRA = [
    "state", "status", "owner", "institution", "region", "role", "minutes", "asker", "expert", "enterprise", "person", "by_person", "confirmed_at", "confirmed_by",
    "organisation", "membership", "since", "until", "at", "id", "number", "verdict", "undertaking_at", "ended_at", "handler", "holder", "weekly_limit", "appointment",
    "credit_code", "is_admin",
]
# They change with every request, or by themselves as time passes.
RESTLESS = {
    "session", "happening", "seal", "unsealed", "job", "timer", "once", "attempt", "notice", "outbox", "sqlite_sequence",
    "turn", "expert_listing", "offer", "offer_answer", "open_offer", "proposal", "proposal_place",
}


@pytest.fixture(scope="module")
def lone(lone):
    return settled(lone)


def settled(server: Server) -> Server:
    """Until the papers of the demonstration are made, which the server does by itself."""
    with sqlite3.connect(server.folder / "data" / "zhuqi.sqlite", timeout=30) as base:
        for _ in range(600):
            if base.execute("select count(*) from paper p where not exists (select 1 from paper_file f where f.paper = p.id)").fetchone() == (0,):
                return server
            time.sleep(0.1)
    raise AssertionError("papers were not made within a minute")


def digest(server: Server) -> dict[str, int]:
    with sqlite3.connect(server.folder / "data" / "zhuqi.sqlite", timeout=30, isolation_level=None) as base:
        tables = [name for (name,) in base.execute("select name from sqlite_master where type = 'table'") if name not in RESTLESS]
        found = {table: hash(tuple(base.execute(f"select * from {table}").fetchall())) for table in tables}
        # What people have done, whatever table it went to.
        return found | {"happenings of people": base.execute("select count(*) from happening where outcome = 'done' and by_party like 'person:%' and kind not like 'identity.%'").fetchone()[0]}


def test_thirty_foreign_names_change_nothing_A5(lone):
    problems, seen = [], set()
    before = digest(lone)
    for role in ROLES:
        for visitor, page, form in forms(lone, role, seen):
            known = {name for name, _ in form.fields} | {name for name, _ in form.buttons}
            foreign = [name for name in EXTRA if name not in known]
            # All at once, then a few by themselves: other ones with each form.
            start = len(seen) * 4 % len(foreign)
            for names in [foreign] + [[name] for name in (foreign * 2)[start:start + 4]]:
                fields = [(field, uuid.uuid4().hex if field == "once" else value) for field, value in form.fields]
                answer = visitor.post(form.action, fields + [(name, "1") for name in names], multipart=form.multipart)
                # A name that the form does have in another of its states is told to be wrong, and no more.
                if answer.status not in (400, 422):
                    problems.append(f"{role} {page} → {form.action} with {names}: {answer.status}")
    assert not problems, f"{len(problems)}:\n" + "\n".join(problems[:40])
    after = digest(lone)
    changed = [table for table in before if before[table] != after[table]]
    assert not changed, f"forms that were refused have changed {changed}"


def test_every_form_is_refused_without_its_key_I5(lone):
    problems, seen = [], set()
    for role in ROLES:
        for visitor, page, form in forms(lone, role, seen):
            for left in ("token", "once"):
                answer = visitor.post(form.action, [field for field in form.fields if field[0] != left], multipart=form.multipart)
                if answer.status not in (400, 403):
                    problems.append(f"{role} {page} → {form.action} without {left}: {answer.status}")
            # Another site on the same machine is another site.
            answer = visitor.post(form.action, form.fields, {"Origin": "http://localhost:1"}, form.multipart)
            if answer.status != 403:
                problems.append(f"{role} {page} → {form.action} from another port: {answer.status}")
    assert not problems, f"{len(problems)}:\n" + "\n".join(problems[:40])


def test_the_token_of_one_is_no_token_of_another_I5(lone):
    officer, other = signed_in(lone, "officer"), signed_in(lone, "officer.b")
    answer = other.post("/notices/seen", [("token", officer.token()), ("once", uuid.uuid4().hex)])
    assert answer.status == 403
