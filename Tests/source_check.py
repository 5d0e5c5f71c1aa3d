"""Reads the source for what the compiler lets through and we do not.

    python3 Tests/source_check.py          prints file:line and what is wrong; ends with 1 when anything is

Rules (docs/architecture.md says why): no force unwrap, `try!`, `as!`, `Any`; no `@unchecked Sendable`,
`nonisolated(unsafe)` or loose `Task {` without the sentence on the line before that excuses it; nothing `public`;
no unsafe flags, no `@inlinable`; no notes to self; no file that is named after nothing; and each room imports only
what its line in Package.swift says.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# (what is looked for in code without texts and comments, what is said, whether a comment excuses it)
RULES = [
    (r"\btry!", "try! crashes; say what happens instead", False),
    (r"\bas!", "as! crashes; use as? and say what happens instead", False),
    (r"[\w)\]}>]!(?![=\w])", "force unwrap; use guard, ?? or try #require", False),
    (r"(?<!some )\bAny\b", "Any says nothing; name the type", False),
    (r"(?<![.\w])public\s+(?=[a-z@])", "public appears nowhere; what a room offers is package", False),
    (r"@inlinable|\bunsafeFlags\b", "not needed, and hard to be rid of", False),
    (r"@unchecked\s+Sendable", "@unchecked Sendable wants the sentence that proves it on the line before", True),
    (r"nonisolated\(unsafe\)", "nonisolated(unsafe) wants the sentence that proves it on the line before", True),
    (r"(?<![.\w])Task(\.detached)?(\([^)]*\))?\s*\{", "a loose Task wants the sentence that excuses it on the line before", True),
]
NOTES = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
NAMES = re.compile(r"(Helper|Util|Manager)s?\b|(Helper|Util|Manager)s?(?=[+.])")


def code_only(text: str) -> str:
    """The source with comments and the texts of literals blanked, line for line; interpolations stay."""
    out = list(text)
    place, end = 0, len(text)
    # Each frame: ("code", open parentheses) or ("text", hashes, quotes).
    stack: list[list] = [["code", 0]]

    def blank(first: int, last: int) -> None:
        for i in range(first, min(last, end)):
            if out[i] != "\n":
                out[i] = " "

    while place < end:
        frame = stack[-1]
        if frame[0] == "text":
            hashes, quotes = frame[1], frame[2]
            if text.startswith("\\" + hashes + "(", place):
                place += 2 + len(hashes)
                stack.append(["code", 1])
            elif text.startswith("\\" + hashes, place) and not hashes:
                blank(place, place + 2)
                place += 2
            elif text.startswith(quotes + hashes, place):
                place += len(quotes + hashes)
                stack.pop()
            elif text[place] == "\n" and quotes == '"':
                stack.pop()  # not a text after all; go on
            else:
                blank(place, place + 1)
                place += 1
            continue
        if text.startswith("//", place):
            stop = text.find("\n", place)
            stop = end if stop < 0 else stop
            blank(place, stop)
            place = stop
        elif text.startswith("/*", place):
            depth, at = 1, place + 2
            while depth and at < end:
                if text.startswith("/*", at):
                    depth, at = depth + 1, at + 2
                elif text.startswith("*/", at):
                    depth, at = depth - 1, at + 2
                else:
                    at += 1
            blank(place, at)
            place = at
        elif match := re.compile(r'(#*)("""|")').match(text, place):
            stack.append(["text", match[1], match[2]])
            place = match.end()
        else:
            if len(stack) > 1:
                frame[1] += {"(": 1, ")": -1}.get(text[place], 0)
                if frame[1] == 0:
                    stack.pop()
            place += 1
    return "".join(out)


def excused(lines: list[str], index: int) -> bool:
    """A comment on the same line or right above it (attributes may stand between)."""
    if "//" in lines[index]:
        return True
    above = index - 1
    while above >= 0 and lines[above].strip().startswith("@"):
        above -= 1
    return above >= 0 and lines[above].strip().startswith("//")


def check(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT)
    lines = text.splitlines()
    wrong = []
    if NAMES.search(path.name):
        wrong.append(f"{name}: a file is named after a noun or its deed")
    for index, line in enumerate(code_only(text).splitlines()):
        for pattern, said, excusable in RULES:
            if re.search(pattern, line) and not (excusable and excused(lines, index)):
                wrong.append(f"{name}:{index + 1}: {said}")
    for index, line in enumerate(lines):
        if NOTES.search(line):
            wrong.append(f"{name}:{index + 1}: a note to self belongs into the list of issues")
    return wrong


def check_imports() -> list[str]:
    """Each room's imports against its line in Package.swift: imports point downwards only."""
    manifest = subprocess.run(["swift", "package", "dump-package"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = {target["name"]: target for target in json.loads(manifest.stdout)["targets"]}
    wrong = []
    for name, target in targets.items():
        if target["type"] == "system":
            continue
        allowed = {entry["byName"][0] for entry in target["dependencies"] if "byName" in entry}
        allowed |= {entry["target"][0] for entry in target["dependencies"] if "target" in entry}
        folder = ROOT / (target.get("path") or ("Tests" if target["type"] == "test" else "Sources") + f"/{name}")
        for path in sorted(folder.rglob("*.swift")):
            for module in re.findall(r"^[ \t@\w()]*\bimport (\w+)", code_only(path.read_text(encoding="utf-8")), re.MULTILINE):
                if module in targets and module not in allowed:
                    wrong.append(f"{path.relative_to(ROOT)}: {name} may not import {module} (Package.swift)")
    return wrong


def main() -> int:
    files = [path for folder in ("Sources", "Tests") for path in sorted((ROOT / folder).rglob("*.swift"))]
    wrong = [line for path in files for line in check(path)] + check_imports()
    print("\n".join(wrong) if wrong else f"{len(files)} files are as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
