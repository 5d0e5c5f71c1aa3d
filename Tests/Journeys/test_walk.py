"""Walks every page that anybody can reach, as each role, and looks at each state of each."""

import re
import sqlite3
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, sync_playwright

import axe
import html5
import overflow
from conftest import DESKTOP, PHONE, launched, opened
from server import ROOT, Server, pattern
from visitor import Answer, roles, signed_in, walk

STARTS = {"nobody": ("/", "/experts", "/needs/new", "/sign-in", "/demo", "/demo/outbox")}

# security.md I3, I4: what each answer carries, and words that must stand in it.
HEADERS = {
    "x-content-type-options": ["nosniff"],
    "referrer-policy": ["same-origin"],
    "cross-origin-opener-policy": ["same-origin"],
    "cross-origin-resource-policy": ["same-origin"],
}
POLICY = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
    "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
]


@pytest.fixture(scope="session")
def walked(servers):
    """Role → what it was answered, walked once per engine."""
    done: dict[tuple[str, str], list[Answer]] = {}

    def of(server: Server, role: str) -> list[Answer]:
        key = (server.engine, role)
        if key not in done:
            done[key] = walk(signed_in(server, role), STARTS.get(role, ("/",)))
        return done[key]

    return of


def everybody(server: Server) -> list[str]:
    return ["nobody", *roles(server)]


def shape(element) -> tuple:
    """How a page is built, without its words: what is repeated counts once."""
    parts = dict.fromkeys(shape(child) for child in element if isinstance(child.tag, str))
    return (element.tag, element.get("class"), element.get("type"), element.get("role"), tuple(parts))


@pytest.fixture(scope="session")
def states(embedded, walked) -> dict[str, list[str]]:
    """Role → the pages that a browser looks at: one of each state that a page can be in, and everybody's own first page."""
    seen, found = set(), {}
    for role in everybody(embedded):
        for answer in walked(embedded, role):
            if not answer.is_html or answer.status != 200:
                continue
            state = (pattern(urllib.parse.urlsplit(answer.path).path, embedded.routes), shape(answer.tree.find(".//main")))
            if state not in seen or role not in found:
                seen.add(state)
                found.setdefault(role, []).append(answer.path)
    return found


def report(problems: list[str]) -> None:
    assert not problems, f"{len(problems)} problems:\n" + "\n".join(problems[:60])


def test_no_link_leads_to_an_error(server, walked):
    report([
        f"{role} {answer.path}: {answer.status}"
        for role in everybody(server) for answer in walked(server, role) if answer.status >= 400
    ])


def test_every_page_is_strict_html_and_complete_in_itself(server, walked):
    host = f"localhost:{server.port}"
    report(sorted({
        f"{role} {answer.path}: {problem}"
        for role in everybody(server) for answer in walked(server, role) if answer.is_html
        for problem in html5.problems(answer.text, host)
    }))


def test_every_answer_carries_the_headers_that_protect_it_I3_I4(server, walked):
    problems = set()
    for role in everybody(server):
        for answer in walked(server, role):
            name = pattern(urllib.parse.urlsplit(answer.path).path, server.routes)
            for header, wanted in HEADERS.items():
                problems |= {f"{name}: {header} is “{answer.header(header)}”" for word in wanted if word not in answer.header(header)}
            policy = answer.header("content-security-policy")
            if answer.is_html:
                problems |= {f"{name}: the policy lacks {part}" for part in POLICY if part not in policy}
                problems |= {f"{name}: the policy allows {bad}" for bad in ("unsafe-inline", "unsafe-eval", "*", "http:", "data:")
                             if bad in policy}
            if "server" in {key.lower() for key, _ in answer.headers}:
                problems.add(f"{name}: says which server it is")
    report(sorted(problems))


def test_personal_pages_are_kept_by_nobody_P7(server, walked):
    problems = set()
    for role in everybody(server)[1:]:
        for answer in walked(server, role):
            if answer.is_html and "no-store" not in answer.header("cache-control"):
                problems.add(f"{role} {answer.path}: Cache-Control is “{answer.header('cache-control')}”")
    report(sorted(problems))


def test_cookies_are_bound_to_host_and_hidden_from_scripts_S6(server):
    for role in roles(server):
        person = signed_in(server, role)
        assert any(name.startswith("__Host-") for name in person.cookies), f"{role}: {list(person.cookies)}"
    wrong = []
    for answer in (signed_in(server, "nobody").get("/"), signed_in(server, "nobody").get("/needs/new")):
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                wrong += [f"{value.split('=')[0]} lacks {part}" for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax")
                          if part.lower() not in value.lower()]
    report(wrong)


# What a person can do on a page: links, buttons that send, named fields, as far as they are seen.
DOABLE = """() => [...document.querySelectorAll("a[href], button:not([type=button]), input[name], select[name], textarea[name]")]
  .filter((e) => e.type === "hidden" || e.checkVisibility())
  .map((e) => e.matches("a") ? `link ${e.getAttribute("href")}` : `${e.tagName.toLowerCase()} ${e.name} ${e.type === "hidden" ? "" : e.value ?? ""}`)
  .sort()"""


@pytest.fixture(scope="session")
def looked(embedded, states) -> dict[str, list[str]]:
    """Every state of every page, looked at by two people at once, each with a browser of their own."""
    problems = {"axe": [], "narrow": [], "console": [], "script": []}
    waiting = iter(sorted(states.items(), key=lambda item: -len(item[1])))  # shared: each role is taken once

    def look() -> None:
        with sync_playwright() as playwright:
            browser = launched(playwright)
            for role, paths in waiting:
                look_at(browser, embedded, role, paths, problems)
            browser.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(look) for _ in range(2)]:
            done.result()
    return problems


def look_at(chromium: Browser, embedded: Server, role: str, paths: list[str], problems: dict[str, list[str]]) -> None:
    """Each page is opened three times: in Chinese with axe, in English under the policy, and without scripts."""
    with (
        opened(chromium, embedded, role, bypass_csp=True) as (page, _),
        opened(chromium, embedded, role, size=PHONE, language="en") as (plain, watch),
        opened(chromium, embedded, role, language="en", script=False) as (bare, _),
    ):
        foreign = []
        plain.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(embedded.url) else None)
        for path in paths:
            page.emulate_media(color_scheme="light")
            page.set_viewport_size(DESKTOP)
            page.goto(path)
            problems["axe"] += [f"{role} {path}: {problem}" for problem in axe.problems(page)]
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size(PHONE)
            problems["axe"] += [f"{role} {path} in the dark: {problem}" for problem in axe.problems(page)]
            problems["narrow"] += [f"{role} {path}: {problem}" for problem in overflow.problems(page)]
            plain.goto(path, wait_until="load")
            problems["narrow"] += [f"{role} {path} in English: {problem}" for problem in overflow.problems(plain)]
            bare.goto(path)
            missing = set(plain.evaluate(DOABLE)) - set(bare.evaluate(DOABLE))
            problems["script"] += [f"{role} {path}: without scripts there is no {what}" for what in sorted(missing)]
        problems["console"] += [f"{role}: {problem}" for problem in watch.problems()]
        problems["console"] += [f"{role}: asks {url}" for url in foreign]


def test_every_page_is_accessible_in_the_light_and_in_the_dark(looked):
    report(looked["axe"])


def test_no_page_scrolls_sideways_at_320_px_in_either_language(looked):
    report(looked["narrow"])


def test_no_page_upsets_the_browser(looked):
    report(looked["console"])


def test_without_scripts_every_page_can_do_the_same(looked):
    report(looked["script"])


def test_each_language_is_complete(embedded, states):
    """English pages hold no Chinese but what people have written, names, and what is marked as Chinese."""
    written, problems = words_of_people(embedded), set()
    for role, paths in states.items():
        visitor = signed_in(embedded, role)
        visitor.get("/language?to=en&back=/")
        for path in paths:
            if path.startswith("/demo"):
                continue
            tree = visitor.get(path).tree
            assert tree.get("lang", "").startswith("en"), f"{path} is not in English"
            for said in texts(tree):
                problems |= {f"{role} {path}: {run} in “{' '.join(said.split())[:80]}”" for run in HAN.findall(said) if run not in written}
    report(sorted(problems))


HAN = re.compile("[\u3400-\u9fff]+")
# Examples of what is to be written in Chinese, in either language.
EXAMPLES = "原省模具研究所总工程师，已退休 浙企〔2025〕18号"


def words_of_people(server: Server) -> str:
    """All texts of the demonstration and of the reference: names, needs, messages. Notices are the program's own words."""
    with sqlite3.connect(server.folder / "data" / "zhuqi.sqlite", timeout=30) as base:
        tables = [name for (name,) in base.execute("select name from sqlite_master where type = 'table'") if name not in ("notice", "turn", "outbox", "happening")]
        kept = [str(cell) for table in tables for row in base.execute(f"select * from {table}") for cell in row if isinstance(cell, str)]
    known = [path.read_text(encoding="utf-8") for path in (ROOT / "Sources" / "Reference" / "Data").glob("regions.csv")]
    return "\n".join([*kept, *known, EXAMPLES])


def texts(element) -> list[str]:
    """The texts that are read, without what stands in a field to be edited and the parts that are marked as Chinese."""
    if (element.get("lang") or "").startswith("zh") or element.tag in ("script", "style", "textarea"):
        return []
    found = [element.text or ""] + [element.get(name) or "" for name in ("aria-label", "placeholder", "title", "alt")]
    for child in element:
        found += (texts(child) if isinstance(child.tag, str) else []) + [child.tail or ""]
    return found


def test_health_says_nothing_to_strangers_O4(server):
    visitor = signed_in(server, "nobody")
    for path in ("/healthz", "/readyz"):
        answer = visitor.get(path)
        assert answer.status == 200, path
        assert len(answer.body) < 200, f"{path} tells too much: {answer.body[:300]!r}"


def test_nobody_is_sent_away_from_this_site_I6(server):
    visitor = signed_in(server, "nobody")
    for away in ("//evil.example", "\\\\evil.example", "https://evil.example/", "/%0d%0aLocation:%20x", "/\\evil.example", "javascript:alert(1)"):
        for path in ("/language?to=en&back=", "/text?to=large&back="):
            answer = visitor.get(path + urllib.parse.quote(away, safe=""))
            assert answer.status < 500
            place = answer.header("location")
            joined = urllib.parse.urlsplit(urllib.parse.urljoin(server.url, place.replace("\\", "/")))
            assert not place or joined.netloc == f"localhost:{server.port}", f"{path}{away} leads to {place}"
            assert not answer.header("x")
