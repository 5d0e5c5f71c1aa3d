"""An institution's keys over the years: papers that were signed before a new key stay good, and the old keys know nothing of the new papers."""

import subprocess
import time

from server import BINARY, Server, run
from test_own_data import form, send, text, value
from visitor import Visitor, signed_in


def made(server: Server) -> None:
    late = time.monotonic() + 180
    while unmade := value(server, "select count(*) from paper p left join paper_file f on f.paper = p.id where f.paper is null"):
        assert time.monotonic() < late, f"{unmade} papers are not made"
        time.sleep(0.2)


def certificate(server: Server, newest: bool) -> tuple[str, str, bytes]:
    """Institution, code and PDF of a certificate that holds."""
    institution, code, place = text(
        server,
        f"""select p.institution || '|' || p.code || '|' || x.place from paper p join paper_file f on f.paper = p.id join file x on x.id = f.file where p.kind = 'certificate'
            and p.institution = (select m.organisation from membership m join demo_cast c on c.person = m.person where c.key = 'head')
            and not exists (select 1 from paper_revocation r where r.paper = p.id) and not exists (select 1 from paper_suspension s where s.paper = p.id)
            order by p.id {'desc' if newest else 'asc'} limit 1""").split("|")
    return institution, code, (server.folder / "data" / "files" / place).read_bytes()


def checked(server: Server, pdf, *more: str) -> tuple[int, str]:
    done = subprocess.run([BINARY, "verify", str(pdf), *more], env=server.env, capture_output=True, text=True)
    return done.returncode, done.stdout


def newly_issued(server: Server) -> None:
    """Asked for by the expert, checked by the officer, issued by the head."""
    expert, officer, head = (signed_in(server, role) for role in ("expert", "officer", "head"))
    page = send(expert, form(expert.get("/certificates/new"), "/certificates/new"), {"from": "2020-01"})
    assert page.path.startswith("/certificates/") and page.status == 200, page.text
    for visitor, deed in ((officer, "check"), (head, "issue")):
        answer = send(visitor, form(visitor.get(page.path), f"{page.path}/{deed}"), {})
        assert answer.status == 200 and answer.path == page.path, answer.path


def test_a_certificate_holds_after_its_institution_has_new_keys(scratch, tmp_path):
    made(scratch)
    institution, first, pdf = certificate(scratch, newest=False)
    (tmp_path / "before.pdf").write_bytes(pdf)
    run("keys", "export", str(tmp_path / "old"), env=scratch.env)
    old = tmp_path / "old" / f"{institution}.keys"
    signer = [line for line in run("keys", env=scratch.env).splitlines() if "papers" in line]
    assert "signs with a new key" in run("keys", "make", "--institution", institution, env=scratch.env)
    assert "keys ended" in run("keys", "renew", env=scratch.env)
    newly_issued(scratch)
    made(scratch)
    _, second, later = certificate(scratch, newest=True)
    (tmp_path / "after.pdf").write_bytes(later)
    assert first != second
    run("keys", "export", str(tmp_path / "new"), env=scratch.env)
    new = tmp_path / "new" / f"{institution}.keys"
    listed = run("keys", env=scratch.env).splitlines()
    assert sum("papers, earlier" in line for line in listed) == 1 and len([line for line in listed if "papers" in line]) == len(signer) + 1
    assert any("ledger, until" in line for line in listed)
    for name, keys, holds in [
        ("before", [], True), ("after", [], True), ("before", [new], True), ("after", [new], True), ("before", [old], True), ("after", [old], False),
    ]:
        code, said = checked(scratch, tmp_path / f"{name}.pdf", *(word for key in keys for word in ("--key", str(key))))
        assert (code == 0) == holds and ("genuine" in said) == holds, (name, keys, said)
        if not holds:
            assert "NOT GENUINE" in said
    # Whoever holds the paper is told the same at the site, and the ledger that two keys have signed is whole.
    assert all("真实有效" in Visitor(scratch).get(f"/verify/{code}").text for code in (first, second))
    run("ledger", "fsck", env=scratch.env)
