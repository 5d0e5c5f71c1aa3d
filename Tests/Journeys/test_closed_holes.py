"""What once was open, one test each, so that it stays closed."""

import uuid

import pytest

from visitor import Answer, Visitor, signed_in
from world import NOW, World, new_id


@pytest.fixture(scope="module")
def world(lone):
    return World(lone)


def post(visitor: Visitor, path: str, **fields: str) -> Answer:
    return visitor.post(path, [("token", visitor.token()), ("once", uuid.uuid4().hex), *fields.items()])


def test_a_case_that_ended_before_the_undertaking_stays_closed_to_its_expert(world):
    need, case = world.thing("same", "need.case.unsigned"), world.thing("same", "case.unsigned")
    world.base.execute("update service_case set expert = ?, title = '谁也不该看见的标题' where id = ?", (world.cast["expert"], case))
    expert, owner = signed_in(world.server, "expert"), signed_in(world.server, "founder")
    for path in (f"/cases/{case}", f"/cases/{case}/change", "/cases", "/start"):
        assert "谁也不该看见的标题" not in expert.get(path).text, path
    assert post(owner, f"/needs/{need}/withdrawal").status == 303
    answer = expert.get(f"/cases/{case}")
    asker = world.one("select name from person where id = ?", world.cast["founder"])
    assert answer.status == 200 and "谁也不该看见的标题" not in answer.text and asker not in answer.text


def test_whose_appointment_has_ended_sees_no_case_in_the_list(world):
    expert = signed_in(world.server, "expert.b")
    number = world.one("select number from service_case where id = ?", world.thing("other", "case"))
    assert number in expert.get("/cases").text
    world.base.execute("update membership set until = ? where person = ? and role = 'expert'", (NOW - 1, world.cast["expert.b"]))
    try:
        assert number not in expert.get("/cases").text
        assert expert.get(f"/cases/{world.thing('other', 'case')}").status == 404
    finally:
        world.base.execute("update membership set until = null where person = ? and role = 'expert'", (world.cast["expert.b"],))


def test_who_has_passed_on_is_not_asked_again_by_a_crafted_form(world):
    need = world.thing("own", "need.proposed")
    expert = world.one("select q.expert from proposal_place q join proposal p on p.id = q.proposal where p.need = ? order by p.round desc, q.place", need)
    world.insert("set_aside", need=need, expert=expert, by_person=world.cast["owner"], at=NOW)
    answer = post(signed_in(world.server, "owner"), f"/needs/{need}/choice", expert=expert, agreeRival="yes")
    assert answer.status == 409
    assert not world.rows("select 1 from open_offer where need = ?", need)


def test_a_head_who_served_in_the_case_does_not_read_the_complaint(world):
    case, head = world.thing("other", "case.closed"), world.cast["head.b"]
    world.insert("expert_change", service_case=case, expert=head, from_at=NOW - 9, at=NOW - 8, kind="owner", reason="换人", by_person=world.cast["owner.b"])
    owner = signed_in(world.server, "owner.b")
    form = next(form for form in owner.get(f"/complaints/new?kind=case&id={case}").forms() if form.action == "/complaints/new")
    typed = {"what": "manner", "words": "以前那位专家约好了没有来"}
    form.fields = [(name, value) for name, value in form.fields if name not in typed] + list(typed.items())
    assert owner.send(form).status == 303
    complaint = world.one("select id from complaint order by number desc limit 1")
    assert signed_in(world.server, "head.b").get(f"/complaints/{complaint}").status == 404
    assert world.rows("select 1 from complaint_accused where complaint = ? and person = ?", complaint, head)


def test_who_waits_for_whom_says_nothing_of_complaints(world):
    world.insert(
        "turn", kind="complaint", id=new_id(), holder=f"organisation:{world.sides['own'].institution}", permission="complaint.handle", what_zh="受理投诉", what_en="Accept the complaint",
        due=NOW - 1, since=NOW - 2, institution=world.sides["own"].institution, region="331000", title="投诉")
    for role in ("officer", "head"):
        assert "受理投诉" not in signed_in(world.server, role).get("/waiting").text


def test_nobody_is_renamed_by_who_enters_a_need_for_them(world):
    officer = signed_in(world.server, "officer")
    form = next(form for form in officer.get("/needs/entries/new").forms() if form.action == "/needs/entries/new")
    typed = {
        "source": "telephone", "mobile": "13857690002", "statement": "电话里说车间的机器老是停，想请人看看。", "urgency": "thisMonth", "who": "founding", "province": "33",
        "region": "331003", "name": "别的名字"}
    form.fields = [(name, value) for name, value in form.fields if name not in typed] + list(typed.items())
    answer = officer.send(form)
    assert answer.status == 303, answer.text
    assert world.one("select name from person where id = ?", world.cast["owner.b"]) == "谢长庚"


def test_who_is_not_appointed_yet_has_no_name_in_public(world):
    expert, name = world.rows("select e.person, e.name from expert e where not exists (select 1 from appointment a where a.person = e.person) limit 1")[0]
    visitor = signed_in(world.server, "nobody")
    assert visitor.get(f"/experts/{expert}").status == 404
    assert name not in visitor.get(f"/needs/new?expert={expert}").text


def test_an_experts_role_is_not_ended_from_the_desk_of_the_staff(world):
    person = world.thing("own", "person")
    role = new_id()
    world.insert("membership", id=role, person=person, role="expert", organisation=world.sides["own"].institution, region="331003", since=NOW)
    administrator = signed_in(world.server, "administrator")
    assert post(administrator, f"/people/{person}/roles/{role}/ending").status == 404
    world.base.execute("update membership set until = ? where id = ?", (NOW, role))
    assert post(administrator, f"/people/{person}/roles/{role}/return").status == 404


def test_a_password_is_never_written_back(world):
    answer = post(signed_in(world.server, "nobody"), "/sign-in/staff", login="zhou@example.cn", password="ein langes Geheimnis", next="")
    assert answer.status == 422 and "ein langes Geheimnis" not in answer.text
    answer = post(signed_in(world.server, "nobody"), "/welcome", code="x" * 43, name="周", login="zhou@example.cn", password="ein langes Geheimnis")
    assert answer.status == 422 and "ein langes Geheimnis" not in answer.text


def test_a_file_with_numbers_beyond_all_bounds_stops_nobody(world):
    """Sent by nobody in particular: an addition too far would have ended the program for everybody (F2)."""
    nobody = signed_in(world.server, "nobody")
    edge, token = "edge-of-a-part", nobody.token()
    for pdf in (
        "/ByteRange [0 9223372036854775807 9223372036854775807 1]", "/ByteRange [0 60 9223372036854775807 9223372036854775807]",
        "xref\n9223372036854775807 1\n0000000000 65535 f\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9",
    ):
        body = "".join(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in [("token", token), ("once", uuid.uuid4().hex)])
        body += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n{pdf}\n%%EOF\n\r\n--{edge}--\r\n'
        answer = nobody.ask("POST", "/verify/file", body.encode(), {"Content-Type": f"multipart/form-data; boundary={edge}"})
        assert answer.status in (200, 422) and "这个文件不能作为依据" in answer.text, answer.status
        assert nobody.get("/readyz").status == 200
