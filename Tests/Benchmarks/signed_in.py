"""What script/bench measures with somebody signed in, on a demonstration: from a triage to its proposals, pages, a PDF.

    python Tests/Benchmarks/signed_in.py http://localhost:PORT
"""

import pathlib
import re
import statistics
import sys
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


if __name__ == "__main__":
    server = Address(sys.argv[1])
    officer, owner = sign_in(server, "officer"), sign_in(server, "owner")
    page(officer, "work list of 30 needs", "/needs?queue=triage")
    page(officer, "page of proposals", proposals(officer) + "/proposals")
    pdf = page(owner, "solution as PDF", solution(owner), 20)
    assert pdf.startswith(b"%PDF-"), "not a PDF"
