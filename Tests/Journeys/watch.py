"""Looks over the shoulder of a browser: console errors, errors in scripts, reports of the Content-Security-Policy."""

import re

from playwright.sync_api import BrowserContext

REPORT = """
document.addEventListener("securitypolicyviolation", (event) =>
  window.policyViolated(`${event.violatedDirective}: ${event.blockedURI} in ${event.sourceFile ?? ""}:${event.lineNumber}`));
"""


class Watch:
    def __init__(self, context: BrowserContext, refusing: str = ""):
        """`refusing`: a pattern of addresses that this journey means to see refused, when a script asks for them."""
        self.refusing = refusing
        self.seen: list[tuple[str, str]] = []  # what, and the address it speaks of
        self.pages: set[str] = set()
        context.expose_binding("policyViolated", lambda source, what: self.seen.append((f"CSP {what}", source["page"].url)))
        context.add_init_script(REPORT)
        context.on("console", self.console)
        context.on("weberror", lambda error: self.seen.append((f"script {error.error}", "")))
        context.on("response", self.response)

    def console(self, message) -> None:
        if message.type == "error" or (message.type == "warning" and "Content Security Policy" in message.text):
            self.seen.append((f"console {message.text}", (message.location or {}).get("url", "")))

    def response(self, response) -> None:
        # Chromium writes to the console when a page itself answers 404 or 422; a journey means to see those.
        is_meant = response.request.is_navigation_request() or (self.refusing and re.search(self.refusing, response.url))
        if is_meant and response.status >= 400:
            self.pages.add(response.url)

    def problems(self) -> list[str]:
        return [
            f"{what} ({url})" for what, url in self.seen
            if not (what.startswith("console Failed to load resource") and url in self.pages)
        ]
