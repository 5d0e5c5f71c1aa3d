"""Every route, as every role, on things of their own, of somebody else in the institution, of another region, of another
institution, and on nothing at all (security.md A2, A4, A8). What is expected stands in permissions.tsv and is under review.

    python Tests/Journeys/test_permissions.py   writes the table anew, to be read line by line before it is kept.
"""

import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server import ROOT, Route, Server, run
from visitor import Answer, Visitor, signed_in
from world import ROLES, World, new_id

TABLE = Path(__file__).with_name("permissions.tsv")
RELATIONS = ["own", "same", "region", "other", "none"]

# Which thing stands for the star of a path.
THINGS = {
    "/needs/*/proposals": "need.proposed", "/needs/*/choice": "need.proposed", "/needs/*/proposals/again": "need.proposed", "/needs/*/choice/recall": "need.offered",
    "/needs/*/edit": "need", "/needs/*/triage/undo": "need.proposed", "/needs/*/withdrawal": "need.proposed", "/needs/*/withdrawal/undo": "need.proposed",
    "/cases/*/undertaking": "case.unsigned", "/cases/*/declaration": "case.closed", "/cases/*/follow-up": "case.closed",
    "/needs/drafts/": "draft", "/needs/": "need", "/cases/": "case", "/offers/": "offer", "/meetings/": "meeting", "/complaints/": "complaint",
    "/records/": "record", "/stars/": "star", "/carried-records/": "carried", "/certificates/": "certificate",
    "/experts/": "expert", "/volunteers/": "expert", "/workstations/": "workstation", "/speakers/": "speaker", "/institutions/": "institution",
    "/people/": "person", "/unmaskings/": "expert", "/notices/": "notice", "/files/": "file.need", "/papers/": "paper", "/sealings/": "sealing",
    "/recruitment/": "recruitment", "/recruitment/invitations/": "personalInvitation", "/applications/": "application", "/applications/drafts/": "applicationDraft",
    "/agreements/": "agreement", "/volunteers/cover/": "policy", "/teams/": "institution",
}
SECOND = {"/workstations/*/liaisons/*/ending": "liaison", "/people/*/roles/*/ending": "membership", "/people/*/roles/*/return": "membership",
          "/needs/drafts/*/files/*/removal": "file.draft", "/applications/drafts/*/files/*/removal": "file.draft"}
# Stars that are no thing of ours: a code, a purpose.
WORDS = {"/account/consents/*": "training", "/account/consents/*/withdrawal": "training", "/complaints/*/measures/*/undoing": "evidence"}
# Files hang on several things: each is a row of its own.
MORE = {"/files/*": ["file.need", "file.case", "file.case.unsigned", "file.complaint", "file.draft", "file.speaker", "file.paper"],
        "/complaints/*": ["complaint", "complaint.head"], "/cases/*": ["case", "case.unsigned", "case.closed"],
        "/cases/*/solution.pdf": ["case", "case.unsigned"], "/cases/*/change": ["case", "case.unsigned"]}

# What a form wants to be complete. Where the deed would spoil the world for those who come after, it is left incomplete:
# who may do it is told what is missing, who may not is told nothing.
FIELDS = {
    "/unmaskings/*": {}, "/account/data/erasure": {},
    "/needs/*/edit": {}, "/needs/*/triage": {}, "/needs/*/referral": {}, "/needs/*/joint": {"into": "2000-000001"}, "/needs/triages": {},
    "/cases/*/undertaking": {"pledge": "yes"}, "/cases/*/messages": {"text": "您好"}, "/cases/*/notes": {"note": "备注"}, "/cases/*/meetings": {"way": "telephone", "minutes": "60"},
    "/cases/*/solution/draft": {"advice": "草稿"}, "/cases/*/solution": {}, "/cases/*/closure": {}, "/cases/*/follow-up": {},
    "/cases/*/change": {}, "/offers/*/answer": {"answer": "passedOn"}, "/complaints/*/measures": {"measure": "evidence", "measureWords": "先保存证据"},
    "/complaints/*/decision": {"outcome": "unfounded", "decisionWords": "查无此事，已经当面说明"}, "/complaints/*/reply": {"replyWords": "已经查清，谢谢您告诉我们"},
    "/complaints/*/messages": {"message": "补充"}, "/complaints/*/notes": {"note": "备注"}, "/speakers/*/confirmation": {}, "/speakers/*/refusal": {},
    "/speakers/*/approval": {}, "/institutions/*/revocation": {}, "/institutions/*/designation": {}, "/needs/drafts/*": {"statement": "还没写完", "later": "yes"},
    "/needs/drafts/*/text": {"statement": "还没写完"}, "/account/sessions/end": {"session": "none"}, "/volunteers/*/appointment": {}, "/volunteers/*/ending": {},
    "/papers/*/sealing": {"way": "ink"}, "/papers/*/revocation": {}, "/papers/*/suspension": {}, "/sealings/*/refusal": {}, "/language": {}, "/demo": {"role": "nobody"}, "/workstations/*/liaisons": {},
    "/recruitment/*/closing": {}, "/applications/*/review": {}, "/applications/*/selection": {}, "/applications/drafts/*": {"name": "还没写完", "later": "yes"},
    "/applications/drafts/*/text": {"name": "还没写完"}, "/applications/drafts/*/confirmation": {}, "/agreements/*/signature": {}, "/agreements/*/counter-signature": {},
    "/volunteers/*/agreement": {}, "/volunteers/*/resignation": {"reason": "长" * 301}, "/volunteers/cover/*/people": {},
}
# Not tried: they belong to the demonstration alone, or to the browser.
SKIPPED = {("POST", "/demo"), ("GET", "/demo"), ("GET", "/demo/outbox"), ("POST", "/csp-reports")}
LAST = ["/applications/drafts/*/removal", "/applications/*/withdrawal", "/needs/*/triage/undo", "/needs/drafts/*/files/*/removal", "/needs/drafts/*/removal", "/cases/*/change", "/needs/*/withdrawal", "/volunteers/*/ending", "/institutions/*/revocation", "/account/factor", "/sign-out"]


def kind_of(path: str) -> str | None:
    if path in WORDS and path.count("*") == 1:
        return None
    for start, kind in sorted(THINGS.items(), key=lambda pair: -len(pair[0])):
        if path == start or (start.endswith("/") and path.startswith(start + "*")):
            return kind
    return None


def cells(routes: list[Route]) -> list[tuple[Route, str]]:
    """Each route with each thing that it is tried on: `own:case`, or `-` where a path has no star."""
    found = []
    for route in routes:
        if (route.method, route.path) in SKIPPED:
            continue
        if "*" not in route.path:
            found.append((route, "-"))
            continue
        kind = kind_of(route.path)
        if kind is None:
            found.append((route, "none:" + (WORDS.get(route.path) or "code")))
            continue
        for one in MORE.get(route.path, [kind]):
            found += [(route, f"{relation}:{one}") for relation in RELATIONS]
    order = {path: number for number, path in enumerate(LAST)}
    return sorted(found, key=lambda cell: (cell[0].method != "GET", order.get(cell[0].path, -1)))


def address(world: World, route: Route, cell: str) -> str:
    if cell == "-":
        return route.path
    relation, kind = cell.split(":", 1)
    if relation == "none" and kind_of(route.path) is None:
        word = WORDS.get(route.path)
        return route.path.replace("*", word or new_id())
    path = route.path.replace("*", world.thing(relation, kind), 1)
    if "*" in path:
        word = WORDS.get(route.path)
        path = path.replace("*", word or world.thing(relation, SECOND[route.path]), 1)
    assert "*" not in path, path
    return path


def fields_for(world: World, route: Route, path: str) -> dict[str, str]:
    """What a form wants that is in no list: a time that was proposed, an expert who was."""
    parts = path.split("/")
    if route.path == "/meetings/*/agreement":
        found = world.rows("select times from meeting where id = ?", parts[2])
        return {"begins": found[0][0].split(",")[0] if found else "1"}
    if route.path == "/needs/*/choice":
        found = world.rows("select q.expert from proposal_place q join proposal p on p.id = q.proposal where p.need = ? order by p.round desc, q.place", parts[2])
        return {"expert": found[0][0] if found else new_id(), "agreeRival": "yes"}
    if route.path == "/workstations/*/liaisons/*/ending":
        # Each who may end it finds it standing.
        world.base.execute("update membership set until = null where person = ?", (parts[4],))
    return FIELDS.get(route.path, {})


def sign(answer: Answer, role: str) -> str:
    """`+` was let in, `-` is told that there is nothing, `s` is asked to sign in, `x` may not now, `!` anything else."""
    to = answer.header("location")
    if answer.status in (301, 302, 303) and to.startswith("/sign-in") and "codes" not in to:
        return "s"
    if answer.status == 401:
        return "s"
    if answer.status == 404:
        return "-"
    if answer.status in (200, 204, 206, 303, 409, 422, 302):
        return "+"
    if answer.status in (400, 403, 405, 429):
        return "x"
    return f"!{answer.status}"


class Caller:
    """Somebody of the cast, who signs in again when a deed has ended their session."""

    def __init__(self, world: World, role: str):
        self.world, self.server, self.role = world, world.server, role
        self.begin()

    def begin(self) -> None:
        self.visitor = signed_in(self.server, self.role)
        self.token = self.visitor.token()

    def ask(self, route: Route, path: str) -> str:
        answer = self.once(route, path)
        if self.role != "nobody" and sign(answer, self.role) == "s":
            self.begin()
            answer = self.once(route, path)
        if route.path in ("/sign-out", "/account/factor"):
            self.begin()
        return sign(answer, self.role)

    def once(self, route: Route, path: str) -> Answer:
        if route.method == "GET":
            return self.visitor.get(path)
        fields = [("token", self.token), ("once", uuid.uuid4().hex), *fields_for(self.world, route, path).items()]
        return self.visitor.post(path, fields)


def done_by(world: World, role: str) -> int:
    """How many deeds stand to somebody's name; signing in is none."""
    person = world.cast.get(role, "nobody")
    return world.one("select count(*) from happening where by_party = ? and outcome = 'done' and kind not like 'identity.%' and kind not like 'session.%'", f"person:{person}")


def tried(server: Server) -> dict[tuple[str, str, str], list[str]]:
    world = World(server)
    callers = [Caller(world, role) for role in ROLES]
    found = {}
    for route, cell in cells(server.routes):
        path = address(world, route, cell)
        if route.method == "GET":
            with ThreadPoolExecutor(4) as pool:
                signs = list(pool.map(lambda caller: caller.ask(route, path), callers))
        else:
            signs = []
            for caller in callers:
                before = done_by(world, caller.role)
                signs.append(caller.ask(route, path))
                # Whoever is not let in has done nothing (A4).
                if signs[-1] in "-sx" and done_by(world, caller.role) != before:
                    signs[-1] += "?"
        found[(route.method, route.path, cell)] = signs
    return found


def expected() -> dict[tuple[str, str, str], list[str]]:
    lines = [line.split("\t") for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0][3:] == ROLES, "the heading of permissions.tsv does not name the roles of the test"
    return {(line[0], line[1], line[2]): line[3:] for line in lines[1:]}


def test_the_routes_are_those_under_review_A2():
    listed = (ROOT / "docs" / "routes.txt").read_text()
    assert listed == run("routes"), "docs/routes.txt is not what `zhuqi routes` prints; look at what has changed, then write it anew"


def test_every_route_has_its_rows_A2(embedded):
    table = expected()
    wanted = {(route.method, route.path, cell) for route, cell in cells(embedded.routes)}
    missing, gone = sorted(wanted - table.keys()), sorted(table.keys() - wanted)
    assert not missing, f"permissions.tsv lacks {len(missing)} rows:\n" + "\n".join("\t".join(row) for row in missing[:30])
    assert not gone, f"permissions.tsv has {len(gone)} rows of no route:\n" + "\n".join("\t".join(row) for row in gone[:30])


def test_every_cell_of_the_table_is_so_A2(lone):
    table, problems = expected(), []
    for key, signs in tried(lone).items():
        wanted = table.get(key)
        if wanted is None:
            continue
        problems += [f"{' '.join(key)} as {role}: {got}, not {want}" for role, got, want in zip(ROLES, signs, wanted) if got != want]
    assert not problems, f"{len(problems)} cells differ:\n" + "\n".join(problems[:80])


def test_auditor_and_operator_write_nothing_of_others_A8():
    """The auditor reads all and writes nothing; the operator sees no personal data."""
    problems = []
    own = ("/account", "/sign", "/notices", "/complaints/new", "/complaints/receipt", "/needs/drafts", "/welcome", "/language", "/text", "/verify")
    public = ("/experts", "/recruitment", "/teams")
    for (method, path, cell), signs in expected().items():
        for role in ("auditor", "operator"):
            got = signs[ROLES.index(role)]
            if method != "GET" and got == "+" and not path.startswith(own):
                problems.append(f"{role} may {method} {path} {cell}")
            if role == "operator" and got == "+" and "*" in path and not path.startswith(own + public):
                problems.append(f"the operator sees {path} {cell}")
    assert not problems, "\n".join(problems)


if __name__ == "__main__":
    server = Server("sqlite")
    try:
        server.start()
        rows = tried(server)
    finally:
        server.stop()
    with open(TABLE, "w") as out:
        out.write("# Who is let in where: + let in (or told what is missing or past), - told that there is nothing, s asked to sign in, x refused as a form.\n")
        out.write("# own: of the first institution, of the cast's owner and expert; same: of that institution and city, another's; region: of that institution, in another city; other: of the second; none: of nobody.\n")
        out.write("\t".join(["method", "path", "thing", *ROLES]) + "\n")
        for key, signs in sorted(rows.items(), key=lambda row: (row[0][1], row[0][0] != "GET", row[0][2])):
            out.write("\t".join([*key, *signs]) + "\n")
    print(f"{TABLE}: {len(rows)} rows", file=sys.stderr)
