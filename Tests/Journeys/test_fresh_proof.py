"""Before what must not be done at a desk that somebody has left, the person proves anew who they are (security.md S9): every
route that is marked so, and the way through it in a browser, with and without scripts."""

import re
import uuid

import pytest

from conftest import DESKTOP, PHONE, sign_in
from server import Server
from test_permissions import done_by
from visitor import signed_in
from world import ROLES, World, new_id


def stale(server: Server) -> None:
    """All proofs are ten minutes old."""
    server.sql("update session set proved = proved - 600000")


def holder(route) -> str:
    """Somebody of the cast who may knock there."""
    return "owner" if not route.roles else next(role for role in ROLES if any(grant.startswith(role + "@") for grant in route.roles))


def test_what_S9_names_is_marked(embedded):
    marked = {(route.method, route.path) for route in embedded.routes if route.proof == "fresh"}
    wanted = {
        ("POST", "/account"), ("POST", "/account/mobile/new/*"), ("POST", "/account/factor"), ("POST", "/people"), ("POST", "/people/*/roles/*/ending"),
        ("POST", "/people/*/roles/*/return"), ("POST", "/people/*/reset"), ("POST", "/volunteers/*/appointment"), ("POST", "/volunteers/*/ending"),
        ("POST", "/workstations/*/liaisons"), ("POST", "/workstations/*/liaisons/*/ending"),
    }
    assert not wanted - marked, sorted(wanted - marked)


def test_every_marked_route_asks_a_stale_session_and_does_nothing(lone):
    world = World(lone)
    problems = []
    marked = [route for route in lone.routes if route.proof == "fresh"]
    assert len(marked) > 10
    for route in marked:
        role = holder(route)
        visitor = signed_in(lone, role)
        token = visitor.token()
        stale(lone)
        path = route.path
        while "*" in path:
            path = path.replace("*", new_id(), 1)
        before = done_by(world, role)
        if route.method == "GET":
            answer = visitor.get(path)
        else:
            answer = visitor.post(path, [("token", token), ("once", uuid.uuid4().hex), ("words", "word")])
        place = answer.header("location")
        if answer.status != 303 or not place.startswith("/sign-in/proof?" + ("next=" if route.method == "GET" else "held=")):
            problems.append(f"{route.method} {route.path} as {role}: {answer.status} {place}")
            continue
        page = visitor.get(place)
        if page.status != 200 or "确认是您本人" not in page.text:
            problems.append(f"{route.method} {route.path}: the prompt is {page.status}")
        if route.method != "GET" and not any(form.action.startswith(path + "?proof=") for form in page.forms()) and "发验证码" not in page.text:
            problems.append(f"{route.method} {route.path}: the prompt does not lead on to it")
        if done_by(world, role) != before:
            problems.append(f"{route.method} {route.path}: something was done")
        # The way back with a wrong proof: nothing is done either.
        if route.method != "GET":
            bare = visitor.post(f"{path}?proof={new_id()}", [("token", token), ("once", uuid.uuid4().hex)])
            if bare.status != 403 or done_by(world, role) != before:
                problems.append(f"{route.method} {route.path}: a made-up proof is answered {bare.status}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "plain"])
def test_the_administrator_proves_anew_and_the_invitation_goes_on(lone, browse, script):
    admin = browse(lone, size=DESKTOP, script=script)
    sign_in(admin, "administrator")
    admin.goto("/people/new")
    stale(lone)
    login = f"new-{script}@zhuqi.example".lower()
    admin.fill('[name="name"]', "新来的")
    admin.fill('[name="login"]', login)
    admin.check('[name="role"][value="auditor"]')
    admin.get_by_role("button", name="发出邀请").click()
    admin.wait_for_selector("h1:has-text('确认是您本人')")
    assert lone.rows("select count(*) from invitation where login = ?", login)[0][0] == 0
    admin.locator("main .btn.go").click()
    admin.wait_for_selector("h1:has-text('邀请好了')")
    assert lone.rows("select count(*) from invitation where login = ?", login)[0][0] == 1


def test_an_owner_proves_by_a_code_and_the_new_address_is_kept(lone, browse):
    owner = browse(lone, size=PHONE, language="en")
    sign_in(owner, "owner")
    owner.goto("/account")
    stale(lone)
    owner.fill('[name="mail"]', "new.address@shop.example")
    owner.get_by_role("button", name="Save").click()
    owner.wait_for_selector("h1:has-text('Confirm that it is you')")
    owner.get_by_role("button", name="Send the code").click()
    owner.wait_for_selector('[name="digits"]')
    person = lone.rows("select person from demo_cast where key = 'owner'")[0][0]
    owner.fill('[name="digits"]', newest_code(lone))
    owner.locator("main .btn.go").click()
    owner.wait_for_selector("h1:has-text('My account')")
    assert lone.rows("select mail from person where id = ?", person)[0][0] == "new.address@shop.example"


def newest_code(server: Server) -> str:
    """The digits of the text message that was sent last."""
    body = server.rows("select body from outbox where channel = 'text' order by at desc limit 1")[0][0]
    return re.search(r"(?<!\d)(\d{6})(?!\d)", body)[1]
