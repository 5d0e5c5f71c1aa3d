"""What must be refused, over raw sockets and by forms that no browser sends (security.md I2, I5, I8, I13, A5).

More cases here must fail than pass. Nothing may ever be answered with 500.
"""

import socket
import urllib.parse
import uuid

import pytest

import html5
from server import Route, Server
from visitor import Visitor, roles, signed_in, walk

REFUSED = {400, 401, 403, 404, 405, 409, 410, 411, 413, 414, 415, 421, 422, 428, 429, 431, 501, 505}


def report(problems: list[str]) -> None:
    assert not problems, f"{len(problems)} problems:\n" + "\n".join(problems[:60])


def raw(server: Server, data: bytes) -> tuple[bytes, bool]:
    """Everything the server answers until it closes, or falls silent for two seconds; and whether it closed."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as s:
        s.settimeout(2)
        got = b""
        try:
            s.sendall(data)
            while chunk := s.recv(65536):
                got += chunk
        except ConnectionError:
            pass
        except TimeoutError:
            return got, False
        return got, True


def statuses(answer: bytes) -> list[int]:
    """Each answer's status; more than one means that a body was taken for a request."""
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ") or line.startswith(b"HTTP/1.0 ")]


SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n"
AMBIGUOUS = {
    "both lengths": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nContent-Length: 60\r\n\r\n" + SMUGGLED,
    "a list of lengths": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0, 60\r\n\r\n" + SMUGGLED,
    "a signed length": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Length: +3\r\n\r\na=b" + SMUGGLED,
    "a negative length": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n" + SMUGGLED,
    "a length in words": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Length: three\r\n\r\na=b" + SMUGGLED,
    "a length in hexadecimal": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0x3\r\n\r\na=b" + SMUGGLED,
    "a bad chunk size": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk longer than it says": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n" + SMUGGLED,
    "an unknown coding": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: cow\r\n\r\n" + SMUGGLED,
    "chunked not last": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a blank before the colon": b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Length : 60\r\n\r\n" + SMUGGLED,
    "a folded header": b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Long: one\r\n two\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\nAccept: */*\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost: HOST\r\nnonsense\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: HOST\r\n: empty\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Nul: a\x00b\r\n\r\n",
    "a bare carriage return": b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Cr: a\rSet-Cookie: b=c\r\n\r\n",
    "64 KB of header": b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Long: " + b"a" * 65_536 + b"\r\n\r\n",
    "10,000 headers": b"GET / HTTP/1.1\r\nHost: HOST\r\n" + b"".join(b"X-%d: a\r\n" % i for i in range(10_000)) + b"\r\n",
    "a line of 64 KB": b"GET /" + b"a" * 65_536 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "an unknown version": b"GET / HTTP/3.7\r\nHost: HOST\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "no request at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello over TLS\r\n\r\n",
    "a method with a blank": b"GE T / HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "a path with a blank": b"GET /a b HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "NUL in the path": b"GET /\x00 HTTP/1.1\r\nHost: HOST\r\n\r\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguous_http_is_refused_and_the_connection_closed_I13(server, name):
    host = f"localhost:{server.port}".encode()
    answer, closed = raw(server, AMBIGUOUS[name].replace(b"HOST", host))
    got = statuses(answer)
    assert len(got) <= 1, f"{name}: answered {len(got)} times, {got}: a body was taken for a request"
    assert not got or got[0] in REFUSED, f"{name}: {got}"
    assert closed, f"{name}: {got}, and the connection stays open for what follows"
    assert Visitor(server).get("/healthz").status == 200, f"{name}: the server has stopped"


ODD = {
    "a foreign host": (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", REFUSED),
    "a foreign absolute address": (b"GET http://evil.example/ HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", REFUSED),
    "a method nobody knows": (b"FROB / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", REFUSED),
    "TRACE": (b"TRACE / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", REFUSED),
    "CONNECT": (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n", REFUSED),
    "a climb out of the folder": (b"GET /assets/../../../etc/passwd HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", REFUSED | {301, 303, 308}),
    "an encoded climb": (b"GET /assets/%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", REFUSED),
    "an encoded NUL": (b"GET /experts/%00 HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", REFUSED),
    "half a percent": (b"GET /experts/% HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", REFUSED),
    "no UTF-8": (b"GET /experts/%ff%fe HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", REFUSED),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_requests_get_an_answer_that_says_no(server, name):
    data, allowed = ODD[name]
    got = statuses(raw(server, data.replace(b"HOST", f"localhost:{server.port}".encode()))[0])
    assert not got or got[0] in allowed, f"{name}: {got}"


def writes(server: Server) -> list[Route]:
    # Reports of the policy are sent by the browser itself, which knows no token; they change nothing.
    found = [route for route in server.routes if route.method not in ("GET", "HEAD") and route.path != "/csp-reports"]
    assert found, "zhuqi routes --json lists no route that writes"
    return found


def refused(answer) -> bool:
    """A refusal, or the way to the sign-in page."""
    return answer.status in REFUSED or (answer.status in (302, 303) and answer.header("location").startswith("/sign-in"))


@pytest.mark.parametrize("who", ["nobody", "somebody"])
def test_a_write_without_the_token_of_its_session_is_refused_I5(server, who):
    role = "nobody" if who == "nobody" else roles(server)[0]
    visitor = signed_in(server, role)
    token, other = visitor.token(), Visitor(server).token()
    assert token != other, "two sessions have the same token"
    problems = []
    for route in writes(server):
        path = route.filled(str(uuid.uuid4()))
        once = ("once", str(uuid.uuid4()))
        tries = {
            "no token": visitor.post(path, [once]),
            "a made-up token": visitor.post(path, [("token", "x" * len(token)), once]),
            "somebody else's token": visitor.post(path, [("token", other), once]),
            "an empty token": visitor.post(path, [("token", ""), once]),
            "a foreign origin": visitor.post(path, [("token", token), once], {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}),
            "no origin": visitor.post(path, [("token", token), once], {"Origin": None, "Sec-Fetch-Site": None}),
            "the null origin": visitor.post(path, [("token", token), once], {"Origin": "null", "Sec-Fetch-Site": "cross-site"}),
            "JSON as text": visitor.ask("POST", path, '{"token": "%s"}' % token, {"Content-Type": "text/plain"}),
            "no kind": visitor.ask("POST", path, f"token={token}&once=1", {"Content-Type": ""}),
        }
        problems += [f"{who} {route.method} {path} with {how}: {answer.status}" for how, answer in tries.items() if not refused(answer)]
    report(problems)


def test_a_write_is_not_done_by_a_get_I5(server):
    visitor = signed_in(server, roles(server)[0])
    readable = {route.path for route in server.routes if route.method == "GET"}
    problems = []
    for route in writes(server):
        if route.path in readable:
            continue
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
            answer = visitor.ask(method, route.filled(str(uuid.uuid4())))
            if not refused(answer):
                problems.append(f"{method} {route.path}: {answer.status}")
    report(problems)


def test_what_may_not_be_known_is_answered_as_what_is_not_there_A4(server):
    problems = []
    for role in ["nobody", *roles(server)]:
        visitor = signed_in(server, role)
        token = visitor.token()
        for route in writes(server):
            if "*" not in route.path or route.path.startswith("/demo"):
                continue
            answer = visitor.post(route.filled(str(uuid.uuid4())), [("token", token), ("once", str(uuid.uuid4()))])
            if not refused(answer):
                problems.append(f"{role} {route.method} {route.path} with an id of nothing: {answer.status}")
    report(problems)


def forms(server: Server, role: str, seen: set):
    """One of each writing form that a role can reach and nobody before (`seen`), with the visitor who holds it."""
    visitor = signed_in(server, role)
    for answer in walk(visitor, each=2, most=150):
        for form in answer.forms() if answer.is_html else []:
            shape = (tuple(sorted({name for name, _ in form.fields})), len(urllib.parse.urlsplit(form.action).path.split("/")))
            if form.method == "POST" and shape not in seen and not form.action.startswith(("/demo", "/sign-out")):
                seen.add(shape)
                yield visitor, answer.path, form


def test_unknown_and_doubled_fields_are_refused_I8_A5(scratch):
    problems, seen = [], set()
    for role in ["nobody", *roles(scratch)]:
        for visitor, page, form in forms(scratch, role, seen):
            extra = ["state", "owner", "institution", "region", "role", "minutes", "id", "created", "admin", "is_admin", "zq_unknown"]
            known = {name for name, _ in form.fields}
            for name in [name for name in extra if name not in known][:3] + ["zq_unknown"]:
                answer = visitor.post(form.action, form.fields + [(name, "1")], multipart=form.multipart)
                if answer.status != 400:
                    problems.append(f"{role} {page} → {form.action} with the extra field {name}: {answer.status}")
            for name in [name for name in form.single if name not in ("once",)][:2]:
                answer = visitor.post(form.action, form.fields + [(name, "2")], multipart=form.multipart)
                if answer.status not in (400, 403):
                    problems.append(f"{role} {page} → {form.action} with {name} twice: {answer.status}")
    report(problems)


HOSTILE = [
    "<zq-evil onzq=1>", "\"><zq-evil onzq=\"1", "'><zq-evil>", "</textarea><zq-evil>", "</title><zq-evil>", "<!--<zq-evil>",
    "javascript:alert(1)", "{{7*7}}${7*7}<%= 7*7 %>", "' or '1'='1", "'; drop table need; --", "\\", "%", "_", "%00", "\u0000",
    "../../../../etc/passwd", "a\r\nX-Split: 1", "=1+1", "@sum(1)", "\u202e\u200f\u2066", "é\u0301" * 200, "𠮷𠮷𠮷", "👩‍👩‍👧‍👦" * 50,
    "\ufeff", "\ufffe\uffff", "9" * 400, "-1", "1e309", "NaN", "0x41", "２０２６", "null", "true", "[]", "{}", "a" * 100_000, " " * 5_000,
    "一" * 20_000, "\ud800",
]


def test_hostile_text_in_addresses_breaks_nothing_I1_I2(scratch):
    visitor = signed_in(scratch, "nobody")
    problems = []
    reading = [route.path for route in scratch.routes if route.method == "GET"]
    for text in HOSTILE:
        quoted = urllib.parse.quote(text[:2000], safe="", errors="surrogatepass")
        for path in [path.replace("*", quoted) for path in reading if "*" in path] + [
            f"/experts?q={quoted}", f"/experts?{quoted}={quoted}", f"/experts?after={quoted}", f"/language?to={quoted}&back=/",
            f"/text?to={quoted}&back={quoted}",
        ]:
            answer = visitor.get(path)
            if answer.status >= 500:
                problems.append(f"{path[:100]}: {answer.status}")
            if answer.is_html and any(element.tag == "zq-evil" or element.get("onzq") for element in answer.tree.iter()):
                problems.append(f"{path[:100]}: the text became an element")
            if answer.header("x-split"):
                problems.append(f"{path[:100]}: the text became a header")
    report(problems)


def test_hostile_text_in_forms_is_shown_as_text_I2_I8(scratch):
    """Every text field of every form, each hostile string in turn; afterwards all pages are walked again."""
    problems, seen = [], set()
    for role in ["nobody", *roles(scratch)]:
        for visitor, page, form in forms(scratch, role, seen):
            for number, text in enumerate(HOSTILE if form.texts else []):
                fields = [
                    (name, text if name in form.texts else f"hostile-{role}-{number}" if name == "once" else value)
                    for name, value in form.fields
                ]
                answer = visitor.post(form.action, fields, multipart=form.multipart)
                if answer.status >= 500:
                    problems.append(f"{role} {page} → {form.action} with {text[:30]!r}: {answer.status}")
                if answer.is_html and any(element.tag == "zq-evil" for element in answer.tree.iter()):
                    problems.append(f"{role} {form.action}: {text[:30]!r} became an element")
    for role in ["nobody", *roles(scratch)]:
        for answer in walk(signed_in(scratch, role)):
            if answer.status >= 500:
                problems.append(f"{role} {answer.path}: {answer.status} afterwards")
            if not answer.is_html:
                continue
            if any(element.tag == "zq-evil" or element.get("onzq") for element in answer.tree.iter()):
                problems.append(f"{role} {answer.path}: a stored text became an element")
            problems += [f"{role} {answer.path}: {said}" for said in html5.problems(answer.text, f"localhost:{scratch.port}")]
    report(sorted(set(problems)))


def test_odd_bodies_are_refused(server):
    visitor = Visitor(server)
    token = visitor.token()
    form, multipart = "application/x-www-form-urlencoded", "multipart/form-data"
    bodies = {
        "not UTF-8": (form, f"token={token}&once=1&a=%ff".encode()),
        "NUL": (form, f"token={token}&once=1&a=%00".encode()),
        "no pairs": (form, b"&&&==&="),
        "half a percent": (form, f"token={token}&once=1&a=%".encode()),
        "50,000 fields": (form, f"token={token}&once=1".encode() + b"&a=1" * 50_000),
        "two megabytes": (form, f"token={token}&once=1&a=".encode() + b"x" * 2_000_000),
        "no boundary": (multipart, b"--x\r\n\r\n--x--"),
        "a boundary that never comes": (f"{multipart}; boundary=x", b"nothing of the kind"),
        "a part that never ends": (f"{multipart}; boundary=x", b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n' + token.encode()),
        "a part without a name": (f"{multipart}; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n"),
        "a very long boundary": (f"{multipart}; boundary={'x' * 1000}", b""),
        "JSON": ("application/json", b'{"token": 1}'),
        "XML": ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        "an unknown charset": (f"{form}; charset=utf-7", f"token={token}&once=1".encode()),
        "compressed": (form, b"\x1f\x8b\x08\x00"),
    }
    problems = []
    for path in ("/sign-in", "/needs"):
        for name, (kind, body) in bodies.items():
            answer = visitor.ask("POST", path, body, {"Content-Type": kind})
            if answer.status not in REFUSED:
                problems.append(f"{path} with {name}: {answer.status}")
    report(problems)
