"""Shows that what must not compile does not.

    python3 Tests/compile_fail.py          after `swift build --build-tests`; takes a second or two

Compiles Tests/CompileFail/*.swift: each line that is wrong says in a comment in which words it is refused, and nothing
else may be wrong. The modules and flags are those of the room Home, which sees all others.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WITH_VALUE = {"-I", "-Xcc", "-package-name", "-swift-version", "-enable-upcoming-feature", "-target", "-sdk"}


def flags() -> list[str]:
    manifest = (ROOT / ".build/debug.yaml").read_text(encoding="utf-8")
    room = re.search(r'\n  "C\.Home-[^"]*\.module":\n(?:    .*\n)*?    args: (\[.*\])\n', manifest)
    if not room:
        raise SystemExit("compile_fail: no debug build of the room Home; run swift build first")
    args, kept = json.loads(room[1]), []
    for place, arg in enumerate(args[:-1]):
        if arg in WITH_VALUE:
            kept += [arg, args[place + 1]]
        elif re.match(r"-[ID].", arg):
            kept.append(arg)
    return [args[0], *kept]


def check(file: Path, command: list[str]) -> tuple[list[str], int]:
    """What is not as the comments say, and how many mistakes were refused."""
    said: dict[int, list[str]] = {}
    answer = subprocess.run([*command, str(file)], cwd=ROOT, capture_output=True, text=True).stderr
    for line, words in re.findall(rf"^{re.escape(str(file))}:(\d+):\d+: error: (.*)$", answer, re.MULTILINE):
        said.setdefault(int(line), []).append(words)
    expected = {
        number: line.split("// refused: ", 1)[1].strip()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if "// refused: " in line
    }
    wrong = []
    for number in sorted(said.keys() | expected.keys()):
        words, wanted = said.get(number, []), expected.get(number)
        if wanted is None:
            wrong.append(f"{file.name}:{number}: should compile: {words}")
        elif not any(wanted in each for each in words):
            wrong.append(f"{file.name}:{number}: should be refused with “{wanted}”: {words or 'it compiles'}")
    if not expected or not said:
        wrong.append(f"{file.name}: nothing was compared: {answer[:2000]}")
    return wrong, len(expected)


def main() -> int:
    compiler, *rest = flags()
    wrong, refused = [], 0
    for file in sorted((ROOT / "Tests/CompileFail").glob("*.swift")):
        found, count = check(file, [compiler, "-typecheck", *rest])
        wrong, refused = wrong + found, refused + count
    print("\n".join(wrong) if wrong else f"{refused} mistakes are refused by the compiler")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
