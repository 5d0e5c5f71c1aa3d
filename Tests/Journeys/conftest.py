"""What journeys are given: servers with a demonstration, and browsers of several people that are watched."""

import contextlib
import functools
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

import visitor
from server import ENGINES, Server
from watch import Watch

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}


@contextlib.contextmanager
def serving(engine: str):
    """A demonstration that is served until its tests are over."""
    server = Server(engine)
    try:
        yield server.start()
    finally:
        server.stop()


@contextlib.contextmanager
def serving_each():
    """A server per engine, started when first asked for."""
    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda engine: stack.enter_context(serving(engine)))


@pytest.fixture(scope="session")
def servers():
    with serving_each() as servers:
        yield servers


@pytest.fixture(scope="session", params=ENGINES)
def server(request, servers) -> Server:
    """The same demonstration on each engine."""
    return servers(request.param)


@pytest.fixture(scope="session")
def embedded(servers) -> Server:
    """SQLite alone, for what no engine can change."""
    return servers("sqlite")


@pytest.fixture(scope="module", params=ENGINES)
def scratch(request):
    """A server on each engine that a module may spoil."""
    with serving(request.param) as server:
        yield server


@pytest.fixture(scope="module")
def lone():
    """A server that a module may spoil, on SQLite: for what no engine can change."""
    with serving("sqlite") as server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium; nothing is downloaded."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"])


def person(
    browser: Browser, server: Server, size=None, language: str = "zh", dark: bool = False, script: bool = True,
    bypass_csp: bool = False, refusing: str = "", **more,
) -> tuple[BrowserContext, Watch]:
    """Somebody with a browser of their own, who reads one of the two languages."""
    context = browser.new_context(
        base_url=server.url, viewport=size or DESKTOP, locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="dark" if dark else "light", java_script_enabled=script, bypass_csp=bypass_csp,
        timezone_id="Asia/Shanghai", reduced_motion="reduce", **more)
    context.set_default_timeout(15_000)
    watch = Watch(context, refusing)
    page = context.new_page()
    page.goto(f"/language?to={language}&back=/")
    page.close()
    return context, watch


@pytest.fixture
def browse(chromium):
    """`page = browse(server, size=PHONE, language="en", dark=True, script=False)`: a new person each time.

    At the end of the journey nobody may have met a console error, an error in a script, or a report of the policy.
    """
    people: list[tuple[BrowserContext, Watch]] = []

    def of(server: Server, **how) -> Page:
        people.append(person(chromium, server, **how))
        return people[-1][0].new_page()

    yield of
    problems = [said for _, watch in people for said in watch.problems()]
    for context, _ in people:
        context.close()
    assert not problems, "\n".join(problems)


@contextlib.contextmanager
def opened(browser: Browser, server: Server, role: str = "nobody", **how):
    """A page of somebody who is signed in, for walks."""
    context, watch = person(browser, server, **how)
    page = context.new_page()
    try:
        if role != "nobody":
            sign_in(page, role)
        yield page, watch
    finally:
        context.close()


def sign_in(page: Page, role: str) -> None:
    """Through /demo, where each role has a person and a button."""
    page.goto("/demo")
    button = page.locator(f'button[value="{role}"]')
    if button.count() == 0:
        button = page.locator(f'button[value*="{role}"]')
    assert button.count() > 0, f"/demo has no button for {role}"
    with page.expect_navigation():
        button.first.click()


def outbox(server: Server) -> list[str]:
    """The mails and text messages of the demonstration, as they stand on /demo/outbox, newest first."""
    answer = visitor.Visitor(server).get("/demo/outbox")
    assert answer.status == 200, f"/demo/outbox: {answer.status}"
    main = answer.tree.find(".//main")
    items = [item for tag in ("article", "li", "tr") for item in main.iter(tag)]
    return [" ".join(" ".join(item.itertext()).split()) for item in items] or [" ".join(main.itertext())]


def code_for(server: Server, mobile: str) -> str:
    """The newest six-digit code that was sent to this number; an address in a message has digits of its own."""
    for message in outbox(server):
        if mobile in message and (found := re.search(r"(?<!\d)(\d{6})(?!\d)", re.sub(r"https?://\S+", "", message.replace(mobile, "")))):
            return found[1]
    raise AssertionError(f"no code for {mobile} in the outbox")
