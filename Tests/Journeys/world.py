"""Two institutions in two provinces, each with one thing of every kind, for the tests that look across the line.

The demonstration brings the people; what it does not bring in the wanted state is set by SQL, as no deed of today makes
it. Only for SQLite: who may see what does not hang on the engine, and every store is tried on both elsewhere.
"""

import json
import random
import sqlite3
import time
import uuid
from dataclasses import dataclass, field

from server import Server

NOW = int(time.time() * 1000)
DAY = 86_400_000
# Whoever /demo lets in; the second province's people end in .b.
ROLES = [
    "nobody", "owner", "founder", "expert", "officer", "head", "liaison", "smeAuthority", "civilAffairs", "administrator", "auditor", "operator",
    "owner.b", "expert.b", "officer.b", "head.b", "liaison.b",
]


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass
class Side:
    """The things of one institution, by kind: `own` hangs on the cast's owner and expert."""

    owner: str
    expert: str
    officer: str
    head: str
    institution: str
    region: str
    things: dict[str, str] = field(default_factory=dict)
    canaries: dict[str, tuple[str, str]] = field(default_factory=dict)


class World:
    def __init__(self, server: Server):
        self.server = server
        self.base = sqlite3.connect(server.folder / "data" / "zhuqi.sqlite", timeout=30, isolation_level=None)
        self.cast = {key: person for key, person in self.rows("select key, person from demo_cast")}
        a = Side(self.cast["owner"], self.cast["expert"], self.cast["officer"], self.cast["head"], self.organisation_of("officer"), "331003")
        b = Side(self.cast["owner.b"], self.cast["expert.b"], self.cast["officer.b"], self.cast["head.b"], self.organisation_of("officer.b"), "340100")
        # Of the first institution, but another person's and another expert's: in the same city, and in another one.
        near, far = (Side(self.cast["founder"], "", self.cast["officer"], self.cast["head"], a.institution, region) for region in ("331002", "330700"))
        self.sides = {"own": a, "same": near, "region": far, "other": b}
        self.taken: set[str] = set()
        for name, side in self.sides.items():
            self.furnish(name, side)

    # SQL

    def rows(self, sql: str, *values):
        return self.base.execute(sql, values).fetchall()

    def one(self, sql: str, *values):
        found = self.rows(sql, *values)
        assert found, f"nothing found: {sql} {values}"
        return found[0][0]

    def insert(self, table: str, **values) -> None:
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        self.base.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))

    def organisation_of(self, key: str) -> str:
        return self.one("select organisation from membership where person = ?", self.cast[key])

    # One thing of each kind

    def pick(self, sql: str, *values) -> str:
        """The first that no other side has."""
        for (found,) in self.rows(sql, *values):
            if found not in self.taken:
                self.taken.add(found)
                return found
        raise AssertionError(f"nothing left: {sql} {values}")

    def furnish(self, name: str, side: Side) -> None:
        things = side.things
        if not side.expert:
            taken = ", ".join(f"'{person}'" for person in [*self.cast.values(), *(one.expert for one in self.sides.values())])
            side.expert = self.one(
                f"select e.person from expert e join appointment a on a.person = e.person where e.institution = ? and e.person not in ({taken}) limit 1", side.institution)
        where = (side.institution,)
        open_ = "not exists (select 1 from need_withdrawal w where w.need = n.id) and not exists (select 1 from need_referral r where r.need = n.id)"
        submitted = self.pick(
            f"select n.id from need n where n.institution = ? and not exists (select 1 from need_triage t where t.need = n.id) and {open_} order by n.asker = '{side.owner}' desc, n.id", *where)
        proposed = self.pick(
            f"""select n.id from need n join need_triage t on t.need = n.id join proposal p on p.need = n.id where n.institution = ? and {open_}
            and not exists (select 1 from service_case c where c.need = n.id) and not exists (select 1 from open_offer o where o.need = n.id) order by n.id desc""", *where)
        offered = self.pick("select o.need from open_offer o join need n on n.id = o.need where n.institution = ? order by o.need", *where)
        running = self.pick(
            f"""select c.id from service_case c where c.institution = ? and c.ended_at is null and c.expert is not null and c.undertaking_at is not null
            order by c.asker = '{side.owner}' and c.expert = '{side.expert}' desc, c.id desc""", *where)
        # Those that wait for the undertaking first; where there are too few, one that has it begins anew.
        unsigned = self.pick(
            "select c.id from service_case c where c.institution = ? and c.ended_at is null and c.expert is not null order by c.undertaking_at nulls first, c.id", *where)
        self.base.execute("update service_case set undertaking_at = null where id = ?", (unsigned,))
        closed = self.pick(
            "select c.id from service_case c join case_closure l on l.service_case = c.id where c.institution = ? and l.verdict <> 'not' order by c.id desc", *where)
        company = self.one("select enterprise from speaker where person = ? and confirmed_at is not null limit 1", side.owner) if side.owner != self.cast["founder"] else None
        needs = {"need": submitted, "need.proposed": proposed, "need.offered": offered}
        cases = {"case": running, "case.unsigned": unsigned, "case.closed": closed}
        for key, case in cases.items():
            needs["need." + key] = self.one("select need from service_case where id = ?", case)
        for key, need in needs.items():
            self.base.execute(
                "update need set asker = ?, enterprise = ?, region = ? where id = ?", (side.owner, company, side.region, need))
            self.base.execute("update turn set region = ? where kind = 'need' and id = ?", (side.region, need))
            things[key] = need
        for key, case in cases.items():
            self.base.execute(
                "update service_case set asker = ?, enterprise = ?, expert = ?, region = ? where id = ?", (side.owner, company, side.expert, side.region, case))
            self.base.execute("update turn set region = ? where id = ?", (side.region, case))
            things[key] = case
        # The turns of what changed hands follow.
        self.base.execute("update turn set holder = ? where id = ?", (f"person:{side.expert}", unsigned))
        self.base.execute("update turn set holder = ? where id = ?", (f"person:{side.owner}", proposed))
        offer = self.one("select offer from open_offer where need = ?", offered)
        self.base.execute("update offer set expert = ?, region = ? where id = ?", (side.expert, side.region, offer))
        self.base.execute("update turn set holder = ? where id = ?", (f"person:{side.expert}", offer))
        things["offer"] = offer
        if not self.rows("select 1 from solution where service_case = ?", running):
            self.insert(
                "solution", service_case=running, version=1, situation="情况", analysis="分析", advice="建议", steps="一步｜企业｜三天内", by_person=side.expert, at=NOW - DAY)
        if not self.rows("select 1 from follow_up where service_case = ?", closed):
            self.insert("follow_up", service_case=closed, due="2026-01-01")
        things["meeting"] = new_id()
        self.insert(
            "meeting", id=things["meeting"], service_case=running, proposed_by=side.expert, way="telephone", place="", minutes=60, times=str(NOW + 3 * DAY), at=NOW)
        # Minutes that wait for the owner's word, and a certificate that was asked for.
        things["record"], things["certificate"] = new_id(), new_id()
        begins = (NOW - 4 * 3_600_000) // 60_000 * 60_000
        self.insert(
            "service_claim", id=things["record"], service_case=running, institution=side.institution, region=side.region, expert=side.expert, owner=side.owner, source="typed",
            begins=begins, ends=begins + 3_600_000, minutes=60, content="通话", by_person=side.expert, at=NOW - DAY // 12)
        self.insert(
            "service_evidence", id=new_id(), claim=things["record"], begins=begins, ends=begins + 3_600_000, kind="ownerBegun", most=60, made_at=begins, by_person=side.owner,
            at=begins + 3_600_000)
        self.insert(
            "certificate_request", id=things["certificate"], person=side.expert, institution=side.institution, region=side.region, from_month="2026-01", until_month="2026-11",
            at=NOW - DAY, due=NOW + 9 * DAY)
        things["star"], things["carried"] = new_id(), new_id()
        self.insert("star_application", id=things["star"], person=side.expert, institution=side.institution, region=side.region, level=1, at=NOW - DAY, due=NOW + 9 * DAY)
        self.insert(
            "carried_record", id=things["carried"], person=side.expert, institution=side.institution, region=side.region, issuer=f"义工联{name}", number="1号", issuer_key=f"义工联{name}",
            number_key="1号", minutes=90, file=self.file("carried", things["carried"], "证明"), at=NOW - DAY, due=NOW + 9 * DAY)
        things["complaint"] = self.complaint(side, "case", running)
        self.insert("complaint_accused", complaint=things["complaint"], person=side.expert)
        # One that accuses the institution's own head; it stands with the head alone by its handler.
        things["complaint.head"] = self.complaint(side, "institution", side.institution)
        self.insert("complaint_accused", complaint=things["complaint.head"], person=side.head)
        things["speaker"] = new_id()
        applicant = new_id()
        self.insert("person", id=applicant, name=f"申请人{name}", language="zh-Hans", created_at=NOW)
        enterprise = company or self.one("select id from enterprise where region like '3307%' limit 1")
        self.insert(
            "speaker", id=things["speaker"], enterprise=enterprise, person=applicant, capacity="agent", institution=side.institution, asked_at=NOW - DAY)
        things["workstation"] = self.one(
            "select id from organisation where kind = 'workstation' and parent = ? order by (region like ? || '%') desc limit 1", side.institution, side.region[:4])
        region = self.one("select region from organisation where id = ?", things["workstation"])
        things["draft"] = new_id()
        self.insert("need_draft", id=things["draft"], visitor="x" * 43, person=side.owner, fields="statement=draft", updated=NOW)
        things["expert"] = side.expert
        things["recruitment"] = new_id()
        self.insert(
            "recruitment", id=things["recruitment"], institution=side.institution, region=side.region, title=f"招募{name}", time="全年", place="线上", content="咨询", conditions="高级职称",
            wanted=3, domains="technology", how="网上报名", risks="路上注意安全", guarantees="意外保险", until_day="2099-01-01", by_person=side.officer, at=NOW)
        things["application"] = new_id()
        self.insert(
            "application", id=things["application"], institution=side.institution, region=side.region, recruitment=things["recruitment"], person=side.owner, name=f"报名人{name}",
            kind="science", standing="retired", employer="研究所", headline_zh="工程师", headline_en="Engineer", biography_zh="", biography_en="", domains="technology", topics="",
            place=side.region, firm_consents=0, licences="", hours=40, at=NOW)
        things["applicationDraft"] = new_id()
        self.insert(
            "application_draft", id=things["applicationDraft"], visitor="x" * 43, person=side.owner, institution=side.institution, recruitment=things["recruitment"], fields="name=draft", updated=NOW)
        things["personalInvitation"] = new_id()
        self.insert(
            "personal_invitation", id=things["personalInvitation"], institution=side.institution, region=side.region, person=side.owner, words="请您来帮忙", expires_at=NOW + 10 * DAY,
            by_person=side.officer, at=NOW)
        things["agreement"] = new_id()
        self.insert(
            "service_agreement", id=things["agreement"], person=side.expert, institution=side.institution, region=side.region, hours=40, ways="both", domains="technology",
            from_day="2026-01-01", until_day="2099-01-01", template=1, text="协议\n第一条　内容", sha256="0" * 64, prepared_by=side.head, at=NOW)
        things["policy"] = new_id()
        self.insert(
            "policy", id=things["policy"], institution=side.institution, region=side.region, insurer=f"保险{name}", number=f"P{name}", from_day="2026-01-01", until_day="2099-01-01",
            by_person=side.officer, at=NOW)
        things["institution"] = side.institution
        # Somebody of the staff who is nobody of the cast, so that ending their role hurts no other test.
        things["person"], things["membership"] = new_id(), new_id()
        self.insert("person", id=things["person"], name=f"工作人员{name}", mail=f"staff-{name}@zhuqi.example", language="zh-Hans", created_at=NOW)
        self.insert("account", person=things["person"], login=f"staff-{name}@zhuqi.example", password="$argon2id$none", totp_last=0, created_at=NOW)
        self.insert("membership", id=things["membership"], person=things["person"], role="officer", organisation=side.institution, region=side.region, since=NOW)
        things["liaison"] = new_id()
        self.insert("person", id=things["liaison"], name=f"联络员{name}", mail=f"liaison-{name}@zhuqi.example", language="zh-Hans", created_at=NOW)
        self.insert("membership", id=new_id(), person=things["liaison"], role="liaison", organisation=things["workstation"], region=region, since=NOW)
        things["notice"] = new_id()
        self.insert(
            "notice", id=things["notice"], person=side.owner, **{"class": "work"}, subject_kind="need", subject_id=submitted, key=f"test.{name}", day="2026-01-01",
            words_zh="通知", words_en="Notice", detail_zh="", detail_en="", place="/needs", at=NOW, sent_at=NOW)
        things["paper"], things["sealing"] = new_id(), new_id()
        code = "".join(random.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=26))
        claims = {
            "format": "zhuqi.paper.1", "id": things["paper"], "kind": "letter", "title": "聘书", "number": f"助企聘〔2026〕{name}号", "code": code, "issuer": "机构", "issuedOn": "2026-01-01",
            "facts": [{"key": "name", "zh": "姓名", "en": "Name", "value": f"持有人{name}"}]}
        self.insert(
            "paper", id=things["paper"], kind="letter", subject_kind="expert", subject_id=side.expert, institution=side.institution, region=side.region, holder=side.expert,
            number=claims["number"], number_key=f"TEST-{name}", claims=json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(), code=code, issued_at=NOW,
            by_party="system")
        self.insert(
            "sealing", id=things["sealing"], paper=things["paper"], institution=side.institution, region=side.region, way="ink", by_person=side.officer, at=NOW)
        for kind in ("need", "case", "case.unsigned", "complaint", "draft", "speaker", "paper"):
            things["file." + kind] = self.file(kind.split(".")[0], things[kind], f"file {name} {kind}")

    def complaint(self, side: Side, kind: str, about: str) -> str:
        complaint = new_id()
        number = self.one("select coalesce(max(number), 0) + 1 from complaint_number")
        self.insert("complaint_number", number=number, complaint=complaint)
        self.insert(
            "complaint", id=complaint, number=number, filed_at=NOW - DAY, about_kind=kind, about_id=about, kind="charge", words="有人向我收费", person=side.owner,
            handler=side.institution, holder=f"organisation:{side.institution}", concerns=side.institution, region=side.region, due=NOW + DAY, receipt_hash=new_id())
        return complaint

    def file(self, kind: str, subject: str, text: str) -> str:
        file = new_id()
        folder = self.server.folder / "data" / "files" / file[:2]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
        self.insert(
            "file", id=file, subject_kind=kind, subject_id=subject, name=f"{kind}.txt", kind=self.text_kind(), size=len(text.encode()), sha256="0" * 64,
            place=f"{file[:2]}/{file}", by_party="system", owner=f"{kind}:{subject}", at=NOW)
        return file

    def text_kind(self) -> str:
        return "txt"

    def thing(self, relation: str, kind: str) -> str:
        return new_id() if relation == "none" else self.sides[relation].things[kind]
