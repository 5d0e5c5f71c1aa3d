"""A word of its own in every private text column of both institutions, then everything is read as everybody (security.md A3).

docs/columns.tsv says of each column how private it is: open (anybody may read it), internal (keys, times, states: it says
nothing of a person), personal, sensitive. A column that the file does not name fails.
"""

import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from server import ROOT, Server
from test_permissions import address, cells
from visitor import Answer, signed_in, walk
from world import DAY, NOW, ROLES, World, new_id

CLASSES = {"open", "internal", "personal", "sensitive"}
NEED, CASE, COMPLAINT = "owner officer head liaison auditor", "owner expert officer head auditor", "owner head sme civil auditor"
# Table, columns, the row (a thing of the world, or how to make one), and who may read it of the same side.
PLANTS = [
    ("need", "statement", "need", NEED),
    ("need", "statement", "need.proposed", NEED),
    ("need", "statement", "need.offered", NEED),
    ("need", "statement", "need.case", NEED + " expert"),
    ("need", "statement", "need.case.unsigned", NEED),
    ("need", "outer_number", "need", NEED),
    ("service_case", "title", "case", CASE),
    ("service_case", "title", "case.unsigned", "owner officer head auditor"),
    ("case_message", "text", "+case", CASE),
    ("case_message", "text", "+case.unsigned", "owner officer head auditor"),
    ("case_note", "text", "+case", "officer head auditor"),
    ("solution", "situation analysis advice steps", "+case", CASE),
    ("solution_draft", "fields", "+case", "expert"),
    ("service_claim", "content", "+case", CASE),
    ("meeting", "place", "meeting", CASE),
    ("meeting_cancellation", "reason", "+meeting", CASE),
    ("case_closure", "words baseline target", "case.closed", CASE),
    ("follow_up", "result", "case.closed", CASE),
    ("expert_change", "reason", "+case", CASE),
    ("offer", "summary", "offer", "expert officer head auditor"),
    ("offer_answer", "reason", "+offer", "expert officer head auditor"),
    ("proposal_place", "reasons_zh reasons_en", "need.proposed", NEED),
    ("need_suggestion", "signs", "need", "officer head liaison auditor"),
    ("need_edit", "statement", "+need", ""),
    ("need_draft", "fields", "draft", "owner"),
    ("file", "name", "file.need", NEED),
    ("file", "name", "file.case", CASE),
    ("file", "name", "file.case.unsigned", "owner officer head auditor"),
    ("file", "name", "file.complaint", COMPLAINT),
    ("file", "name", "file.draft", "owner"),
    ("file", "name", "file.speaker", "officer liaison auditor"),
    ("file", "name", "file.paper", "expert officer head sme civil auditor"),
    ("complaint", "words", "complaint", COMPLAINT),
    ("complaint", "words", "complaint.head", "owner sme civil auditor"),
    ("complaint_message", "words", "+complaint", COMPLAINT),
    ("complaint_message", "words", "+complaint.head", "owner sme civil auditor"),
    ("complaint_note", "words", "+complaint", "head sme civil auditor"),
    ("complaint_measure", "words", "+complaint", COMPLAINT),
    ("notice", "words_zh words_en detail_zh detail_en", "notice", "owner"),
    ("person", "name", "speaker.person", "officer liaison auditor"),
    ("person", "mail", "liaison", "officer head"),
    ("person", "mail", "person", "administrator"),
    ("account", "login", "person", "administrator auditor"),
    ("factor_reset", "reason", "+person", "administrator"),
    ("enterprise", "name", "enterprise", NEED + " expert sme civil"),
    ("speaker", "decline_reason", "speaker", "officer liaison auditor"),
    ("expert", "employer", "expert", "officer head sme auditor"),
    ("designation", "in_charge contact document", "institution", "sme auditor"),
    ("workstation", "number", "workstation", "officer head liaison sme auditor"),
    ("liaison_invitation", "name mail", "+workstation", "officer head liaison sme auditor"),
    ("invitation", "name login", "+invitation", ""),
    ("session", "device address", "+session", "owner"),
    ("application", "name employer headline_zh headline_en office_unit licences", "application", "owner officer head sme auditor"),
    ("application_draft", "fields", "applicationDraft", "owner"),
    ("personal_invitation", "words", "personalInvitation", "owner"),
    ("turn", "title", "need", NEED),
    ("job", "payload", "+job", ""),
]
# Private columns in which no word is planted, and why.
ELSEWHERE = {
    "application.employer_code": "a credit code, shown nowhere", "application.biography_zh": "as headline", "application.biography_en": "as headline",
    "need_opponent.name": "as offer.summary; read by the expert who is asked",
    "application_review.reason": "as application", "application_selection.reason": "as application", "application_draft.visitor": "hashed",
    "expert_background.office_unit": "as expert.employer", "expert_licence.number": "as expert.employer", "identity_document.number_sealed": "sealed", "person.document_hash": "a hash",
    "service_agreement.text": "as application; the table takes no change",
    "expert.employer_code": "a credit code, shown beside the employer", "enterprise.credit_code": "a credit code, shown beside the name",
    **{name: "as service_claim.content, on the same page" for name in (
        "service_dispute.words", "dispute_decision.reason", "service_confirmation.reason", "record_objection.words", "objection_answer.reason")},
    **{name: "takes no change; for those who see the certificate" for name in ("certificate_refusal.reason", "certificate_objection.words", "certificate_answer.reason")},
    **{name: "takes no change; for the expert and those who check it" for name in ("carried_record.*", "carried_acceptance.*", "carried_refusal.reason")},
    "volunteer_number.number": "made by the house, on certificates alone",
    "designation_revocation.reason": "as designation", "designation_revocation.document": "as designation",
    "outbox.*": "only the demonstration shows it, to whoever sits at the machine", "demo_cast.*": "only the demonstration",
    "mobile_code.*": "sealed or hashed", "held_form.*": "sealed or hashed", "blocked.content_sealed": "sealed", "data_export_part.content_sealed": "sealed", "unmasking.reason": "the person alone reads it", "recovery.hash": "hashed", "account.password": "hashed", "account.totp_sealed": "sealed", "person.mobile_sealed": "sealed",
    "person.mobile_hash": "hashed", "need_referral.*": "ends its need; seen on the need's page alone", "complaint_decision.*": "as complaint_measure",
    "complaint_reply.words": "as complaint_measure", "appointment_ending.reason": "as expert.employer", "attempt.address": "no page shows it",
    "happening.address": "no page shows it; the table takes no change", "happening.fields": "ids and names of fields alone",
    "need_term.term": "pairs of characters of need.statement", "paper.code": "shown by the paper's own page as a link", "paper_revocation.reason": "seen on the paper's page alone", "paper_suspension.reason": "seen on the paper's page alone", "sealing_refusal.reason": "seen on the application's page alone",
    "paper_key.secret_sealed": "sealed", "ledger_key.secret_sealed": "sealed", "file.owner": "an id", "complaint.receipt_hash": "hashed", "session.hash": "hashed",
    "invitation.hash": "hashed", "need_draft.visitor": "hashed", "offer.code_hash": "hashed", "mobile_code.visitor": "hashed",
}
# Kept, and shown on no page that a walk finds.
UNSHOWN = {"meeting_cancellation.reason", "follow_up.result", "expert_change.reason", "offer_answer.reason", "person.mail of person", "speaker.decline_reason"}
SIDES = {"own": "", "other": ".b"}


def word(relation: str, number: int) -> str:
    return f"zqx{relation}{number:03d}qz"


def audience(relation: str, names: str) -> set[str]:
    roles = set()
    for name in names.split():
        if name in ("auditor", "administrator"):
            roles.add(name)
        elif name in ("sme", "civil"):
            # The authorities of the demonstration are those of the first province.
            roles |= {{"sme": "smeAuthority", "civil": "civilAffairs"}[name]} if relation == "own" else set()
        else:
            roles.add(name + SIDES[relation])
    return roles


def plant(world: World) -> dict[str, tuple[str, set[str]]]:
    """Each word with where it stands and who may read it."""
    planted = {}
    for relation in SIDES:
        side = world.sides[relation]
        things = side.things
        things["speaker.person"], things["enterprise"] = world.rows("select person, enterprise from speaker where id = ?", things["speaker"])[0]
        for number, (table, columns, row, who) in enumerate(PLANTS):
            text = word(relation, number)
            planted[text] = (f"{relation} {table}.{columns} of {row}", audience(relation, who))
            values = {column: text for column in columns.split()}
            if not row.startswith("+"):
                key = things[row]
                where = {
                    "case_closure": "service_case", "follow_up": "service_case", "need_suggestion": "need", "account": "person",
                    "expert": "person", "designation": "institution", "workstation": "organisation", "turn": "id",
                    "proposal_place": "proposal in (select id from proposal where need = ?) and ''",
                }.get(table, "id")
                mark = f"{where} = ''" if "?" in where else f"{where} = ?"
                if "statement" in values:
                    values["statement"] = f"{text}的机器坏了，请人看看。"
                if "outer_number" in values:
                    values["source"] = "telephone"  # others show none
                if table == "need_draft":
                    values["fields"] = f"statement={text}"
                if table == "application_draft":
                    values["fields"] = f"name={text}"
                if table == "application":
                    values |= {"office_left": "2020-01-01", "office_rank": "other", "licences": f"other\t{text}\t"}
                changed = world.base.execute(f"update {table} set {', '.join(f'{c} = ?' for c in values)} where {mark}", [*values.values(), key]).rowcount
                assert changed or table in ("turn", "need_suggestion"), f"nothing to plant in: {table} {row}"
                continue
            thing = things.get(row[1:], "")
            base = {
                "case_message": dict(id=new_id(), service_case=thing, by_person=side.owner, at=NOW),
                "case_note": dict(id=new_id(), service_case=thing, by_person=side.officer, at=NOW),
                # Solutions are only added to.
                "solution": dict(service_case=thing, version=90, by_person=side.expert, at=NOW),
                "solution_draft": dict(service_case=thing, person=side.expert, at=NOW),
                "service_claim": dict(
                    id="f" * 20 + new_id()[:12], service_case=thing, institution=side.institution, region=side.region, expert=side.expert, owner=side.owner, source="typed",
                    begins=NOW // 60_000 * 60_000 - DAY, ends=NOW // 60_000 * 60_000 - DAY + 600_000, minutes=10, by_person=side.expert, at=NOW - DAY // 2),
                "meeting_cancellation": dict(meeting=thing, by_person=side.owner, at=NOW),
                "expert_change": dict(service_case=thing, expert=world.cast["expert"], from_at=NOW - DAY, at=NOW, kind="owner", by_person=side.owner),
                "offer_answer": dict(offer=thing, answer="passedOn", at=NOW),
                "need_edit": dict(need=thing, version=90, by_person=side.owner, at=NOW),
                "complaint_message": dict(id=new_id(), complaint=thing, by_person=None, at=NOW),
                "complaint_note": dict(id=new_id(), complaint=thing, by_person=side.head, at=NOW),
                "complaint_measure": dict(complaint=thing, kind="talk", by_person=side.head, at=NOW),
                "factor_reset": dict(person=thing, asked_by=side.officer, asked_at=NOW),
                "liaison_invitation": dict(workstation=thing, by_person=side.officer, at=NOW),
                "invitation": dict(hash=new_id(), purpose="staff", role="officer", organisation=side.institution, region=side.region, expires_at=NOW + DAY, by_party="system"),
                "session": dict(hash=new_id(), person=side.owner, kind="code", factor=0, begun=NOW, seen=NOW, proved=NOW),
                "job": dict(kind="test.none", run_at=NOW + 900 * DAY, locked_until=0, tries=0),
            }[table]
            if table == "solution_draft":
                values["fields"] = f"advice={text}"
            world.insert(table, **base, **values)
    return planted


def text_of(answer: Answer) -> str:
    headers = "\n".join(value for _, value in answer.headers)
    if answer.body.startswith(b"%PDF"):
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(answer.body)
            file.flush()
            body = subprocess.run(["pdftotext", file.name, "-"], capture_output=True, text=True, check=True).stdout
    else:
        body = answer.body.decode("utf-8", "replace")
    return headers + "\n" + body


@pytest.fixture(scope="module")
def planted(lone):
    world = World(lone)
    titles = {relation: world.one("select title from service_case where id = ?", world.sides[relation].things["case.unsigned"]) for relation in SIDES}
    return lone, world, plant(world), titles


def read_all(server: Server, world: World, role: str) -> list[Answer]:
    """All that somebody can read: every address of things of both sides, and what links lead to."""
    visitor = signed_in(server, role)
    answers = walk(visitor, each=2, most=70)
    for route, cell in cells(server.routes):
        if route.method == "GET" and not cell.startswith(("same", "region", "none")) and not route.path.startswith(("/language", "/text", "/demo")):
            answers.append(visitor.get(address(world, route, cell)))
    for relation in SIDES:
        for tab in ("files", "meetings", "solution"):
            answers.append(visitor.get(f"/cases/{world.thing(relation, 'case')}?tab={tab}"))
    answers += [visitor.get(path) for path in (
        "/cases?queue=offers", "/cases?queue=choice", "/cases?queue=review", "/cases?queue=followUp", "/cases?queue=closed", "/needs?queue=propose", "/complaints?show=all",
        "/volunteers?group=past", "/waiting?late=1")]
    return [answer for answer in answers if not answer.path.startswith("/demo")]


def test_no_word_reaches_whom_the_table_does_not_name_A3(planted):
    server, world, words, titles = planted
    with ThreadPoolExecutor(3) as pool:
        pages = dict(zip(ROLES, pool.map(lambda role: [(a.path, text_of(a)) for a in read_all(server, world, role)], ROLES)))
    problems, read = [], {}
    for role, texts in pages.items():
        for path, text in texts:
            for found in set(re.findall(r"zqx(?:own|other)\d{3}qz", text)):
                place, allowed = words[found]
                read.setdefault(found, set()).add(role)
                # Everybody sees at /account/data what is kept about themselves, whoever else may not.
                is_own = path.startswith("/account/data") and place.startswith("other " if role.endswith(".b") else "own ")
                if role not in allowed and not is_own:
                    problems.append(f"{role} reads {place} at {path}")
            problems += [f"{role} reads a whole mobile number at {path}: {number}" for number in set(re.findall(r"(?<![\w+/=-])1[3-9]\d{9}(?![\w+/=])", text))]
        for relation, suffix in SIDES.items():
            if role == "expert" + suffix:
                problems += [f"{role} reads the title of a case before the undertaking at {path}" for path, text in texts if titles[relation] in text]
    assert not problems, f"{len(problems)} leaks:\n" + "\n".join(sorted(set(problems))[:60])
    # A word that nobody reads shows nothing: the others are read by those whom they are for.
    unread = [place for found, (place, allowed) in words.items() if allowed and found not in read and not any(name in place for name in UNSHOWN)]
    assert not unread, "nobody was seen reading:\n" + "\n".join(unread)


def test_a_search_finds_and_counts_nothing_of_the_other_side_A3(planted):
    server, world, _, _ = planted
    problems = []
    for role in ROLES:
        visitor = signed_in(server, role)
        for relation, suffix in SIDES.items():
            if role == "auditor" or role in {name + suffix for name in ("owner", "officer", "head", "liaison")}:
                continue
            need = world.thing(relation, "need.case")
            number = world.one("select number from need where id = ?", need)
            for query in (number, number[-6:]):
                answer = visitor.get(f"/needs?q={query}")
                if need in answer.text or world.thing(relation, "case") in answer.text:
                    problems.append(f"{role} finds the need of {relation} by {query}")
                if role.startswith(("officer", "head", "liaison")) and "找到0条" not in answer.text:
                    problems.append(f"{role} is told a number other than none for {query} of {relation}")
    assert not problems, "\n".join(problems)


def test_every_column_has_its_class_P1(planted):
    _, world, _, _ = planted
    rows = [line.split("\t") for line in (ROOT / "docs" / "columns.tsv").read_text().splitlines()[1:]]
    named = {(table, column): kind for table, column, kind in rows}
    assert set(named.values()) <= CLASSES
    tables = [name for (name,) in world.rows("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")]
    schema = {(table, column): kind for table in tables for column, kind in world.rows("select name, type from pragma_table_info(?)", table)}
    assert not schema.keys() - named.keys(), f"docs/columns.tsv lacks: {sorted(schema.keys() - named.keys())}"
    assert not named.keys() - schema.keys(), f"docs/columns.tsv names what is not there: {sorted(named.keys() - schema.keys())}"
    tried = {(table, column) for table, columns, _, _ in PLANTS for column in columns.split()}
    bare = [
        f"{table}.{column}" for (table, column), kind in named.items()
        if kind in ("personal", "sensitive") and schema[(table, column)] == "TEXT" and (table, column) not in tried
        and f"{table}.{column}" not in ELSEWHERE and f"{table}.*" not in ELSEWHERE
    ]
    assert not bare, f"no word is planted in {bare}, and nothing says why not"
