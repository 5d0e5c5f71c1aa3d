"""A visitor without a browser: asks over HTTP, keeps cookies, reads forms, and walks from link to link."""

import http.client
import re
import urllib.parse
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cached_property

import html5lib

from server import Server, pattern

WRITES = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass
class Answer:
    path: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def is_html(self) -> bool:
        return self.header("content-type").startswith("text/html")

    @cached_property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @cached_property
    def tree(self):
        return html5lib.parse(self.text, treebuilder="etree", namespaceHTMLElements=False)

    def links(self) -> list[str]:
        return [a.get("href", "") for a in self.tree.iter("a")]

    def forms(self) -> "list[Form]":
        return [Form.read(element, self.path) for element in self.tree.iter("form")]


@dataclass
class Form:
    """A form as a browser would send it: its fields with what stands in them, and its buttons."""

    method: str
    action: str
    fields: list[tuple[str, str]]
    texts: list[str]
    single: list[str]
    buttons: list[tuple[str, str]]
    multipart: bool

    @staticmethod
    def read(element, page: str) -> "Form":
        fields, texts, single, buttons = [], [], [], []
        for node in element.iter():
            name, kind = node.get("name"), (node.get("type") or "").lower()
            if node.tag == "button" and kind in ("", "submit"):
                buttons.append((name or "", node.get("value") or ""))
            if not name or node.get("disabled") is not None or node.tag == "button":
                continue
            if node.tag == "textarea":
                fields.append((name, "".join(node.itertext())))
                texts.append(name)
            elif node.tag == "select":
                options = list(node.iter("option"))
                chosen = [option for option in options if option.get("selected") is not None] or options[:1]
                fields += [(name, option.get("value", "".join(option.itertext()))) for option in chosen]
            elif node.tag == "input" and kind in ("radio", "checkbox"):
                if node.get("checked") is not None:
                    fields.append((name, node.get("value") or "on"))
            elif node.tag == "input" and kind not in ("file", "submit", "image", "reset", "button"):
                fields.append((name, node.get("value") or ""))
                single.append(name)
                if kind != "hidden":
                    texts.append(name)
        return Form(
            (element.get("method") or "get").upper(), urllib.parse.urljoin(page, element.get("action") or page),
            fields, texts, single + [name for name in texts if name not in single], buttons,
            element.get("enctype") == "multipart/form-data")


@dataclass
class Visitor:
    server: Server
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | str | None = None, headers: dict[str, str] | None = None) -> Answer:
        all_headers = {"Accept-Language": "zh-CN", "Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            all_headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method in WRITES:
            all_headers["Origin"] = self.server.url
        all_headers |= headers or {}
        connection = http.client.HTTPConnection("localhost", self.server.port, timeout=60)
        try:
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, path, data, {k: v for k, v in all_headers.items() if v is not None})
            reply = connection.getresponse()
            answer = Answer(path, reply.status, reply.getheaders(), reply.read())
        finally:
            connection.close()
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                self.keep(value)
        return answer

    def keep(self, cookie: str) -> None:
        pair, _, attributes = cookie.partition(";")
        name, _, value = pair.partition("=")
        if re.search(r"max-age=0\b", attributes, re.IGNORECASE) or not value:
            self.cookies.pop(name.strip(), None)
        else:
            self.cookies[name.strip()] = value.strip()

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, fields: list[tuple[str, str]], headers: dict[str, str] | None = None, multipart=False) -> Answer:
        if multipart:
            edge = "edge-of-a-part"
            body = "".join(
                f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields)
            kind, data = f"multipart/form-data; boundary={edge}", (body + f"--{edge}--\r\n").encode("utf-8", "surrogatepass")
        else:
            kind, data = "application/x-www-form-urlencoded", urllib.parse.urlencode(fields, errors="surrogatepass").encode()
        return self.ask("POST", path, data, {"Content-Type": kind} | (headers or {}))

    def send(self, form: Form, button: tuple[str, str] | None = None, **headers: str) -> Answer:
        fields = form.fields + ([button] if button and button[0] else [])
        return self.post(form.action, fields, headers, form.multipart)

    def token(self) -> str:
        """A token of this visitor's session, from the hidden field of any form."""
        for path in ("/demo", "/sign-in", "/needs/new"):
            answer = self.get(path)
            for form in answer.forms() if answer.is_html else []:
                for name, value in form.fields:
                    if name == "token":
                        return value
        raise AssertionError("no form with a token at /demo, /sign-in or /needs/new")


def roles(server: Server) -> list[str]:
    """Whoever /demo lets in, one person per role, by the value of their button."""
    found = [button[1] for form in Visitor(server).get("/demo").forms() for button in form.buttons if button[1]]
    assert found, "/demo lists nobody: each role wants a form with <button value=ROLE>"
    return found


def signed_in(server: Server, role: str) -> Visitor:
    visitor = Visitor(server)
    if role == "nobody":
        return visitor
    for form in visitor.get("/demo").forms():
        for button in form.buttons:
            if button[1] == role:
                answer = visitor.send(form, button)
                assert answer.status in (302, 303), f"signing in as {role}: {answer.status}"
                return visitor
    raise AssertionError(f"/demo has no button for {role}")


# They change how the visitor sees the pages, or end the session.
ASIDE = re.compile(r"^/(language|text|sign-out)\b")


def walk(visitor: Visitor, starts=("/",), each: int = 4, depth: int = 7, most: int = 400) -> list[Answer]:
    """Every page that can be reached by links, at most `each` of one route (a case has many states)."""
    routes = visitor.server.routes
    waiting = deque((path, 0) for path in starts)
    seen, of_pattern, answers = set(starts), Counter(), []
    while waiting and len(answers) < most:
        path, at = waiting.popleft()
        parts = urllib.parse.urlsplit(path)
        shape = (pattern(parts.path, routes), tuple(sorted(name for name, _ in urllib.parse.parse_qsl(parts.query))))
        of_pattern[shape] += 1
        if of_pattern[shape] > each:
            continue
        answer = visitor.get(path)
        answers.append(answer)
        onward = [answer.header("location")] if answer.status in (301, 302, 303, 307, 308) else []
        if answer.is_html and at < depth:
            onward += answer.links()
        for link in onward:
            absolute = urllib.parse.urljoin(visitor.server.url + path, link)
            if not absolute.startswith(visitor.server.url + "/"):
                continue
            target = urllib.parse.urldefrag(absolute)[0].removeprefix(visitor.server.url)
            if target not in seen and not ASIDE.match(target):
                seen.add(target)
                waiting.append((target, at + 1))
    return answers
