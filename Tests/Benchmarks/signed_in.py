"""What script/bench measures with somebody signed in, on a demonstration: from a triage to its proposals, pages, a PDF; from a
certificate's issue to its signed PDF with the proof, and checking that file.

    python Tests/Benchmarks/signed_in.py http://localhost:PORT
"""

import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Journeys"))
from visitor import Visitor  # noqa: E402


class Address:
    """A server that runs already."""

    def __init__(self, url: str):
        self.url, self.port = url, int(url.rsplit(":", 1)[1])


def sign_in(server: Address, role: str) -> Visitor:
    visitor = Visitor(server)
    form = next(form for form in visitor.get("/demo").forms() if ("role", role) in form.buttons)
    assert visitor.send(form, ("role", role)).status == 303, role
    return visitor


def timed(deed) -> tuple[float, object]:
    begin = time.perf_counter()
    outcome = deed()
    return (time.perf_counter() - begin) * 1000, outcome


def say(what: str, times: list[float]) -> None:
    print(f"── {what:<34} median {statistics.median(times):7.1f} ms, slowest of {len(times)} {max(times):7.1f} ms")


def page(visitor: Visitor, what: str, path: str, times: int = 40) -> bytes:
    body = visitor.get(path).body  # warm
    measured = []
    for _ in range(times):
        duration, answer = timed(lambda: visitor.get(path))
        assert answer.status == 200, (path, answer.status)
        measured.append(duration)
    say(what, measured)
    return body


def proposals(officer: Visitor, times: int = 10) -> str:
    """From the officer's key to the moment at which the page shows who is proposed."""
    needs = re.findall(r'href="(/needs/[0-9a-f]{32})"', officer.get("/needs?queue=triage").text)
    measured, shown = [], ""
    for need in needs:
        if len(measured) == times:
            break
        form = next((form for form in officer.get(need).forms() if form.action.endswith("/triage")), None)
        if form is None or not dict(form.fields).get("domain"):
            continue
        begin = time.perf_counter()
        assert officer.send(form).status == 303, need
        while True:
            answer = officer.get(need + "/proposals")
            if answer.status == 200 and "/experts/" in answer.text:
                break
            if time.perf_counter() - begin > 30:
                raise SystemExit(f"{need}: no proposals within 30 s of the triage")
            time.sleep(0.002)
        measured.append((time.perf_counter() - begin) * 1000)
        shown = need
    if not measured:
        raise SystemExit("the demonstration has no need that can be triaged as proposed")
    say("triage to proposals shown", measured)
    return shown


def solution(visitor: Visitor) -> str:
    for case in re.findall(r'href="(/cases/[0-9a-f]{32})"', visitor.get("/cases").text):
        if found := re.search(r'href="(/cases/[0-9a-f]{32}/solution\.pdf[^"]*)"', visitor.get(case + "?tab=solution").text):
            return found.group(1)
    raise SystemExit("no case of the owner has a solution")


def certificates(expert: Visitor, officer: Visitor, head: Visitor, times: int = 8) -> bytes:
    """From the head's key to the signed PDF; one for each month that the period may begin in."""
    measured, pdf = [], b""
    form = next(form for form in expert.get("/certificates/new").forms() if form.action == "/certificates/new")
    for month in range(5, 5 + times):
        fields = [(name, value) for name, value in form.fields if name not in ("from", "once")]
        answer = expert.post(form.action, [*fields, ("from", f"{time.localtime().tm_year - 1}-{month:02d}"), ("once", f"bench-{month}")])
        if answer.status != 303:
            continue
        place = answer.header("location").split("?")[0]
        for visitor, deed in ((officer, "/check"), (head, "/issue")):
            begin = time.perf_counter()
            answer = visitor.send(next(form for form in visitor.get(place).forms() if form.action.endswith(deed)))
            assert answer.status == 303, (place, deed, answer.status)
        paper = re.search(r'href="(/papers/[0-9a-f]{32})"', head.get(place).text)[1]
        while not (answer := head.get(paper + "/file")).header("location").startswith("/files/"):
            if time.perf_counter() - begin > 30:
                raise SystemExit(f"{paper}: no PDF within 30 s of the issue")
            time.sleep(0.002)
        measured.append((time.perf_counter() - begin) * 1000)
        pdf = head.get(answer.header("location")).body
    if not measured:
        raise SystemExit("nothing counts for the expert of the demonstration: no certificate can be issued")
    say("issue to signed certificate", measured)
    return pdf


def check(pdf: bytes, times: int = 20) -> None:
    """A stranger gives the file; and how large it is, and its proof."""
    stranger = Visitor(officer.server)
    token, edge, measured = stranger.token(), "edge-of-a-part", []
    for number in range(times):
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in (("token", token), ("once", f"bench-file-{number}"))]
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="c.pdf"\r\nContent-Type: application/pdf\r\n\r\n'.encode() + pdf + b"\r\n")
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        duration, answer = timed(lambda: stranger.ask("POST", "/verify/file", body, {"Content-Type": f"multipart/form-data; boundary={edge}"}))
        assert answer.status == 303 and answer.header("location").startswith("/verify/"), answer.status
        measured.append(duration)
    say("check of the file by a stranger", measured)
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "c.pdf").write_bytes(pdf)
        subprocess.run(["pdfdetach", "-saveall", "-o", folder, folder + "/c.pdf"], check=True, capture_output=True)
        print(f"── certificate {len(pdf):,} bytes, its proof {(pathlib.Path(folder) / 'cert.tlog-proof').stat().st_size:,} bytes")


if __name__ == "__main__":
    server = Address(sys.argv[1])
    officer, owner = sign_in(server, "officer"), sign_in(server, "owner")
    page(officer, "work list of 30 needs", "/needs?queue=triage")
    page(officer, "page of proposals", proposals(officer) + "/proposals")
    pdf = page(owner, "solution as PDF", solution(owner), 20)
    assert pdf.startswith(b"%PDF-"), "not a PDF"
    certificate = certificates(sign_in(server, "expert"), officer, sign_in(server, "head"))
    assert certificate.startswith(b"%PDF-"), "not a PDF"
    check(certificate)
