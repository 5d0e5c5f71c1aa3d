"""The documents name what there is: settings, commands, permissions, rooms; and their links lead somewhere."""

import re

from server import ROOT, run

DOCS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in [
    ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "docs").glob("*.txt"))]}


def missing(what: set[str], text: str) -> list[str]:
    return sorted(name for name in what if f"`{name}" not in text)


def test_every_setting_is_described():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "Sources").rglob("*.swift"))
    keys = re.findall(r'forKey: "([a-z.]+)"', (ROOT / "Sources/Zhuqi/Settings.swift").read_text(encoding="utf-8"))
    settings = {"ZHUQI_" + key.replace(".", "_").upper() for key in keys} | set(re.findall(r"\bZHUQI_[A-Z_]+[A-Z]\b", sources))
    assert len(settings) > 8, "settings are no longer read where this test looks"
    assert not missing(settings, DOCS["docs/running.md"]), "docs/running.md"


def test_every_command_is_described():
    listed = run("--help").split("SUBCOMMANDS:")[1]
    commands = set(re.findall(r"^  ([a-z-]+)", listed, re.MULTILINE))
    assert {"serve", "migrate", "routes"} <= commands
    assert not missing(commands, DOCS["docs/running.md"]), "docs/running.md"


def test_every_option_of_serve_is_described():
    options = set(re.findall(r"--[a-z-]+", run("help", "serve"))) - {"--help", "--version"}
    assert not sorted(option for option in options if option not in DOCS["docs/running.md"]), "docs/running.md"


def test_the_table_of_routes_and_roles_is_the_one_under_review():
    table = ROOT / "docs/routes.txt"
    told = "Look at the change, then: .build/debug/zhuqi routes > docs/routes.txt"
    assert table.exists(), f"docs/routes.txt is missing. {told}"
    now, then = run("routes").splitlines(), table.read_text(encoding="utf-8").splitlines()
    changed = [f"+ {line}" for line in now if line not in then] + [f"- {line}" for line in then if line not in now]
    assert not changed, "\n".join([*changed, told])


def test_every_room_has_its_article():
    rooms = {path.name for path in (ROOT / "Sources").iterdir() if path.is_dir()}
    named = {name for bold in re.findall(r"^\*\*([^*]+)\*\*", DOCS["docs/architecture.md"], re.MULTILINE) for name in bold.split(", ")}
    assert not sorted(rooms - named), "docs/architecture.md has no article on these rooms"


def test_every_link_leads_somewhere():
    wrong = []
    for name, text in DOCS.items():
        text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
            if not re.match(r"https?:", target) and not (ROOT / name).parent.joinpath(target).exists():
                wrong.append(f"{name}: {target}")
    assert not wrong, "\n".join([*wrong, "(the screenshot: .venv/bin/python Tests/Journeys/screenshot.py)"])


def test_both_readmes_name_the_two_commands():
    for name in ("README.md", "README.zh.md"):
        assert "script/server" in DOCS[name] and "script/test" in DOCS[name], name
        assert "docs/screenshot.png" in DOCS[name], name


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
