"""Two nodes on one database: what one of them ends is over on the other at once (security.md S7)."""

import time

import pytest

from server import ENGINES, Server
from visitor import Visitor, roles, signed_in


@pytest.fixture(scope="module", params=ENGINES)
def nodes(request):
    """The same database, files and key, served twice."""
    first = Server(request.param)
    second = Server(request.param)
    try:
        first.start()
        second.folder.rmdir()
        second.folder = first.folder
        second.env = first.env | {"ZHUQI_PORT": str(second.port), "ZHUQI_BASE_URL": second.url}
        second.serve()
        yield first, second
    finally:
        second.folder = first.folder / "none"
        second.stop()
        first.stop()


def on(node: Server, visitor: Visitor) -> Visitor:
    """The same browser at the other node."""
    return Visitor(node, dict(visitor.cookies))


def is_in(visitor: Visitor) -> bool:
    answer = visitor.get("/account")
    return answer.status == 200


def over(visitor: Visitor) -> None:
    begin = time.monotonic()
    while is_in(visitor):
        assert time.monotonic() - begin < 1, "a session that was ended at one node goes on at the other"
        time.sleep(0.05)


def press(visitor: Visitor, page: str, ending: str) -> None:
    answer = visitor.get(page)
    form = next(form for form in answer.forms() if form.action.endswith(ending))
    assert visitor.send(form).status in (200, 303), f"{page} {ending}"


def test_who_signs_in_at_one_node_is_in_at_both_S7(nodes):
    first, second = nodes
    visitor = signed_in(first, "officer")
    assert is_in(visitor) and is_in(on(second, visitor))


def test_sign_out_at_one_node_ends_it_at_the_other_S7(nodes):
    first, second = nodes
    visitor = signed_in(first, "owner")
    other = on(second, visitor)
    assert is_in(other)
    press(visitor, "/account", "/sign-out")
    over(other)


def test_sessions_that_an_administrator_ends_are_over_at_both_S7(nodes):
    first, second = nodes
    officer = signed_in(second, "officer")
    name = " ".join("".join(officer.get("/account").tree.find(".//main").itertext()).split())
    administrator = signed_in(first, "administrator")
    pages = [link for link in administrator.get("/people").links() if link.startswith("/people/") and len(link) == 40]
    ended = 0
    for page in dict.fromkeys(pages):
        shown = administrator.get(page)
        heading = "".join(shown.tree.find(".//h1").itertext()).strip()
        if heading and heading in name:
            press(administrator, page, "/sessions")
            ended += 1
    assert ended, "the officer is not among the staff"
    over(officer)
    over(on(first, officer))


def test_a_role_that_ends_at_one_node_opens_nothing_at_the_other_S7(nodes):
    first, second = nodes
    officer = signed_in(second, "officer.b" if "officer.b" in roles(second) else "officer")
    assert officer.get("/needs?queue=triage").status == 200 and "data-worklist" in officer.get("/needs").text
    name = " ".join("".join(officer.get("/account").tree.find(".//main").itertext()).split())
    administrator = signed_in(first, "administrator")
    for page in dict.fromkeys(link for link in administrator.get("/people").links() if link.startswith("/people/") and len(link) == 40):
        shown = administrator.get(page)
        if "".join(shown.tree.find(".//h1").itertext()).strip() in name:
            for form in [form for form in shown.forms() if form.action.endswith("/ending")]:
                administrator.send(form)
    assert "data-worklist" not in officer.get("/needs").text, "a role that was ended still opens the work list"
