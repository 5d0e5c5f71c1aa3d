"""Strict HTML5, and what the design asks of every page's markup."""

import re
import urllib.parse
from collections import Counter

import html5lib

LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src", "audio": "src",
         "object": "data", "embed": "src", "form": "action", "use": "href", "track": "src", "image": "href"}
REFERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-errormessage", "headers", "list")


def problems(text: str, host: str = "") -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text)
    lines = text.splitlines()
    found = [
        f"HTML line {line}: {code} {values or ''} – {lines[line - 1].strip()[:140] if 0 < line <= len(lines) else ''}"
        for (line, _), code, values in parser.errors
    ]
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]

    ids = Counter(element.get("id") for element in elements if element.get("id"))
    found += [f"id “{name}” stands {n} times" for name, n in ids.items() if n > 1]
    for element in elements:
        for name in REFERS:
            for target in (element.get(name) or "").split():
                if target not in ids:
                    found.append(f"<{element.tag} {name}=“{target}”> refers to nothing")

    headings = [element for element in elements if element.tag == "h1"]
    if len(headings) != 1:
        found.append(f"{len(headings)} h1")
    if sum(1 for element in elements if "go" in (element.get("class") or "").split() and "btn" in element.get("class")) > 1:
        found.append("more than one .go button")
    root = tree if tree.tag == "html" else tree.find("html")
    if not re.match(r"(zh|en)", root.get("lang") or ""):
        found.append("no lang on <html>")
    title = next((element for element in elements if element.tag == "title"), None)
    if title is None or not (title.text or "").strip():
        found.append("no title")
    return found + policy(elements, host)


def policy(elements, host: str) -> list[str]:
    """What a strict policy would refuse, and whatever is loaded from elsewhere (C3, I2, I3)."""
    found = []
    for element in elements:
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            found.append(f"inline <{element.tag}>")
        for name, value in element.attrib.items():
            if name == "style" or re.match(r"on[a-z]", str(name)):
                found.append(f"<{element.tag} {name}=…> in the page")
            if name in ("href", "src", "action") and re.match(r"\s*(javascript|data|vbscript):", value, re.IGNORECASE):
                found.append(f"<{element.tag} {name}=“{value[:60]}”>")
        target = element.get(LOADS.get(element.tag, "")) or ""
        place = urllib.parse.urlsplit(target)
        if place.netloc and place.netloc != host:
            found.append(f"<{element.tag}> from {place.netloc}")
        if element.tag == "a" and (scheme := urllib.parse.urlsplit(element.get("href") or "").scheme):
            if scheme not in ("https", "http", "mailto", "tel"):
                found.append(f"link with {scheme}:")
    return found
