"""The scripts of the pages, each in a page of its own under the strict policy; a small server stands for the product."""

import http.server
import threading
import urllib.parse

import pytest

import axe
import html5
import overflow
from server import ROOT
from watch import Watch

ASSETS = ROOT / "Sources" / "Web" / "Assets"
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          "base-uri 'none'; form-action 'self'; frame-ancestors 'none'")


class Stand(http.server.ThreadingHTTPServer):
    """Serves one page and the assets, and remembers what was posted."""

    page = ""
    posted: list[tuple[str, dict[str, list[str]]]]
    status = 204

    def handle_error(self, request, client_address):
        pass  # a browser that goes away


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status: int, body: str | bytes = "", kind: str = "text/html; charset=utf-8", place: str = ""):
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if place:
            self.send_header("Location", place)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path = ASSETS / self.path.removeprefix("/assets/h/")
        if self.path.startswith("/assets/h/") and path.is_file():
            self.answer(200, path.read_bytes(), KINDS[path.suffix[1:]])
        elif self.path == "/favicon.ico":
            self.answer(204)
        else:
            self.answer(200, self.server.page if self.path == "/" else f"<!doctype html><title>there</title><p id=there>{self.path}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.posted.append((self.path, urllib.parse.parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)))
        if self.path == "/refused":
            self.answer(422, page('<p class="wrong-note">这个文件打不开。换一个再传。</p>'))
        elif self.path.startswith("/draft"):
            self.answer(self.server.status)
        elif self.path == "/slow":
            threading.Event().wait(1)
            self.answer(204)
        else:
            self.answer(303, place="/there")


def page(body: str, lang: str = "zh-Hans") -> str:
    return f"""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>试</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/h/tokens.css"><link rel="stylesheet" href="/assets/h/components.css">
<script type="module" src="/assets/h/app.js"></script></head><body><main><h1>试</h1>{body}</main></body></html>"""


@pytest.fixture
def stand():
    server = Stand(("127.0.0.1", 0), Handler)
    server.posted = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def opened(stand, chromium):
    contexts = []

    def of(body: str, lang: str = "zh-Hans", context=None):
        stand.page = page(body, lang)
        assert not html5.problems(stand.page), "the test's own page"
        if context is None:
            context = chromium.new_context(base_url=f"http://localhost:{stand.server_port}", timezone_id="Asia/Shanghai")
            contexts.append((context, Watch(context)))
        view = context.new_page()
        view.goto("/", wait_until="networkidle")
        return view

    yield of
    # A test that cuts the line means the browser to notice.
    problems = [said for _, watch in contexts for said in watch.problems() if "ERR_INTERNET_DISCONNECTED" not in said]
    for context, _ in contexts:
        context.close()
    assert not problems, "\n".join(problems)


DRAFT = """<form method="post" action="/needs" data-draft="/draft/7"><input type="hidden" name="token" value="t">
<input type="hidden" name="once" value="o"><label for="what">难题</label><textarea id="what" name="what" class="input"></textarea>
<label for="code">验证码</label><input id="code" name="code" autocomplete="one-time-code">
<label><input type="radio" name="u" value="week">一周</label><label><input type="radio" name="u" value="month">一月</label>
<p class="hint" data-draft-state aria-live="polite"></p><button class="btn go">下一步</button></form>"""


def test_what_is_typed_is_saved_two_seconds_later(opened, stand):
    view = opened(DRAFT)
    view.locator("#what").press_sequentially("支架缩水")
    assert stand.posted == []
    view.locator("[data-draft-state]").get_by_text("已存").wait_for(timeout=5000)
    assert len(stand.posted) == 1, "once, not for each key"
    path, fields = stand.posted[0]
    assert (path, fields["what"], fields["token"]) == ("/draft/7", ["支架缩水"], ["t"])
    assert fields["once"] != ["o"], "the key of the form itself is kept for sending it"
    assert view.evaluate("localStorage.length") == 0, "what the server has is not kept on the device"


def test_what_is_typed_is_saved_when_the_field_is_left_and_when_the_page_goes(opened, stand):
    view = opened(DRAFT, lang="en")
    view.locator("#what").fill("shrinking parts")
    view.locator("#code").focus()
    view.get_by_text("Saved at").wait_for(timeout=1500)
    view.locator("#what").fill("shrinking parts, 81 %")
    view.goto("about:blank")
    view.wait_for_timeout(500)
    assert stand.posted[-1][1]["what"] == ["shrinking parts, 81 %"]


def test_without_a_server_the_text_stays_on_the_device_and_is_offered_again(opened, stand):
    view = opened(DRAFT)
    view.context.set_offline(True)
    view.locator("#what").fill("断网时写的")
    view.locator("[value=month]").check()
    view.locator("#code").fill("123456")
    view.locator("#what").focus()
    view.get_by_text("先存在这台设备上").wait_for(timeout=1500)
    assert "123456" not in view.evaluate("JSON.stringify(localStorage)"), "codes are not kept"
    context = view.context
    view.close()
    context.set_offline(False)
    view = opened(DRAFT, context=context)
    assert view.locator("#what").input_value() == "", "nothing is put back unasked"
    view.get_by_role("button", name="放回").click()
    assert view.locator("#what").input_value() == "断网时写的"
    assert view.locator("[value=month]").is_checked()
    view.locator("[data-draft-state]").get_by_text("已存").wait_for(timeout=5000)
    assert view.evaluate("localStorage.length") == 0


@pytest.fixture
def quiet(stand, chromium):
    """A page whose console may complain: the server answers with errors on purpose."""
    context = chromium.new_context(base_url=f"http://localhost:{stand.server_port}")

    def of(body: str, lang: str = "zh-Hans"):
        stand.page = page(body, lang)
        view = context.new_page()
        view.goto("/", wait_until="networkidle")
        return view

    yield of
    context.close()


@pytest.mark.parametrize("status", [303, 401, 403, 500])
def test_a_draft_counts_as_saved_only_when_the_server_says_so(quiet, stand, status):
    stand.status = status
    view = quiet(DRAFT)
    view.locator("#what").fill("写好的话")
    view.locator("#code").focus()
    view.get_by_text("先存在这台设备上").wait_for(timeout=2000)
    assert "写好的话" in view.evaluate("JSON.stringify(localStorage)")


def test_a_sent_form_leaves_no_draft_behind(opened, stand):
    view = opened(DRAFT)
    view.locator("#what").fill("写完就交")
    view.locator("#what").evaluate("e => e.form.requestSubmit()")
    view.locator("#there").wait_for()
    view.wait_for_timeout(300)
    assert [path for path, _ in stand.posted] == ["/needs"]


def test_the_count_says_what_is_written_and_what_is_too_much(opened):
    view = opened('<label for="w">难题</label><textarea id="w" data-count="10">👨‍👩‍👧缩水</textarea>')
    hint = view.locator("#w-n")
    assert hint.text_content() == "已写3字，最多10字"
    view.locator("#w").fill("一二三四五六七八九十一二")
    assert hint.text_content() == "已写12字，多了2字，最多10字"
    assert view.locator("#w").input_value() == "一二三四五六七八九十一二", "nothing is cut off"
    assert view.locator("#w").get_attribute("aria-describedby") == "w-n"
    english = opened('<label for="w">Need</label><textarea id="w" data-count="1000"></textarea>', lang="en")
    assert english.locator("#w-n").text_content() == "0 of at most 1,000 characters"


def test_a_form_is_sent_once(opened, stand):
    view = opened('<form method="post" action="/slow"><button class="btn" data-busy="正在发送…" name="a" value="b">发送</button></form>')
    button = view.locator("button")
    button.click(no_wait_after=True)
    button.get_by_text("正在发送…").wait_for()
    assert button.get_attribute("aria-busy") == "true"
    button.evaluate("e => { e.click(); e.click() }")
    view.wait_for_timeout(1500)
    assert stand.posted == [("/slow", {"a": ["b"]})]


UPLOAD = """<form method="post" action="ACTION" enctype="multipart/form-data" data-upload><div class="field"><label for="f">照片</label>
<input type="file" id="f" name="f" data-most="1000000"></div><button class="btn">上传</button></form>"""


def some_file(size: int) -> dict:
    return {"name": "支架.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8" + b"a" * size}


def test_an_upload_goes_where_the_form_goes(opened, stand):
    view = opened(UPLOAD.replace("ACTION", "/files"))
    view.locator("#f").set_input_files(some_file(200_000))
    view.locator("button.btn:not(.quiet)").click()
    view.locator("#there").wait_for()
    assert len(stand.posted) == 1


def test_an_upload_that_is_refused_says_why_beside_the_field(quiet):
    view = quiet(UPLOAD.replace("ACTION", "/refused"))
    view.locator("#f").set_input_files(some_file(10))
    view.locator("button.btn:not(.quiet)").click()
    view.get_by_text("这个文件打不开。换一个再传。").wait_for()
    assert view.locator("#f").get_attribute("aria-invalid") == "true"


def test_too_large_a_file_is_said_before_it_is_sent(opened, stand):
    view = opened(UPLOAD.replace("ACTION", "/files"))
    view.locator("#f").set_input_files(some_file(1_200_000))
    view.locator("button.btn:not(.quiet)").click()
    view.get_by_text("每个最多1 MB").wait_for()
    assert stand.posted == []


def test_an_upload_can_be_stopped(opened, stand):
    view = opened(UPLOAD.replace("ACTION", "/slow"))
    view.locator("#f").set_input_files(some_file(10))
    view.locator("button.btn:not(.quiet)").click()
    view.get_by_role("button", name="停止上传").click()
    view.get_by_text("已停止，没有上传。").wait_for()


ROWS = "".join(
    f'<tr><td><label class="tick"><input type="checkbox" name="need" value="{n}" aria-label="选{n}"></label></td>'
    f'<th scope="row"><a href="/needs/{n}">需求{n}</a></th></tr>' for n in (1, 2, 3))
LIST = f"""<input type="search" data-search aria-label="查找"><form method="post" action="/triage" data-worklist><table class="table fold">
<thead><tr><th scope="col"><label class="tick"><input type="checkbox" data-all aria-label="选本页全部"></label></th><th scope="col">需求</th></tr></thead>
<tbody>{ROWS}</tbody></table><div class="bulk"><b data-chosen="已选{{n}}条">已选0条</b><button class="btn go" data-main data-chosen="分办{{n}}条">分办</button>
<button class="btn quiet" type="reset">取消选择</button></div></form><p data-keys hidden>J K</p>
<label><input type="checkbox" data-keys-switch>快捷键</label>"""


def test_a_work_list_is_done_by_keys(opened, stand):
    view = opened(LIST)
    focused = "document.activeElement.textContent"
    view.keyboard.press("j")
    view.keyboard.press("j")
    assert view.evaluate(focused) == "需求2"
    view.keyboard.press("x")
    view.keyboard.press("k")
    view.keyboard.press("x")
    assert view.locator(".bulk b").text_content() == "已选2条"
    assert view.locator("[data-all]").evaluate("e => e.indeterminate")
    view.keyboard.press("?")
    assert view.locator("[data-keys]").is_visible()
    view.keyboard.press("/")
    assert view.evaluate("document.activeElement.type") == "search"
    view.keyboard.type("jxa")
    assert view.locator("[data-search]").input_value() == "jxa", "in a field letters are letters"
    assert stand.posted == []
    view.locator("tbody a").first.focus()
    view.keyboard.press("a")
    view.locator("#there").wait_for()
    assert stand.posted == [("/triage", {"need": ["1", "2"]})]


def test_enter_opens_the_row(opened):
    view = opened(LIST)
    view.keyboard.press("k")
    view.keyboard.press("Enter")
    view.locator("#there").wait_for()
    assert view.url.endswith("/needs/3")


def test_all_of_a_page_is_ticked_at_once_and_let_go(opened):
    view = opened(LIST)
    view.locator("[data-all]").check()
    assert view.locator("[data-main]").text_content() == "分办3条"
    view.get_by_role("button", name="取消选择").click()
    view.locator(".bulk b").get_by_text("已选0条").wait_for()


def test_keys_can_be_switched_off_for_good(opened, stand):
    view = opened(LIST)
    view.locator("[data-keys-switch]").uncheck()
    again = opened(LIST, context=view.context)
    assert not again.locator("[data-keys-switch]").is_checked()
    again.keyboard.press("j")
    assert again.evaluate("document.activeElement === document.body")


def test_ctrl_enter_sends_a_message(opened, stand):
    view = opened('<form method="post" action="/messages"><label for="m">写</label><textarea id="m" name="m" data-send></textarea><button>发送</button></form>')
    view.locator("#m").fill("量好了")
    view.locator("#m").press("Control+Enter")
    view.locator("#there").wait_for()
    assert stand.posted == [("/messages", {"m": ["量好了"]})]


def test_the_walks_find_what_is_wrong(stand, chromium):
    """The checks of the walk themselves, on a page with a fault of each kind."""
    bad = page('<img src="https://evil.example/a.png"><p style="width:600px" id="a">宽</p><p id="a">又</p><input aria-describedby="nothing">'
               '<pre class="nowrap">' + "宽" * 80 + '</pre><b onclick="x()">b</b><script>window.bad = 1</script><a href="javascript:x()">a</a></p>')
    found = "\n".join(html5.problems(bad))
    for wanted in ("unexpected-end-tag", "id “a” stands 2", "refers to nothing", "from evil.example", "style=", "onclick", "inline <script>", "javascript:"):
        assert wanted in found, f"{wanted} is not among\n{found}"
    stand.page = bad
    context = chromium.new_context(base_url=f"http://localhost:{stand.server_port}")
    watch = Watch(context)
    view = context.new_page()
    view.goto("/", wait_until="networkidle")
    assert any("CSP script-src" in said for said in watch.problems()), watch.problems()
    assert any("CSP style-src" in said for said in watch.problems()), watch.problems()
    assert any("sideways" in said for said in overflow.problems(view))
    context.close()
    context = chromium.new_context(base_url=f"http://localhost:{stand.server_port}", bypass_csp=True)
    view = context.new_page()
    view.goto("/")
    assert {"image-alt", "label"} <= {said.split(":")[0].removeprefix("axe ") for said in axe.problems(view)}
    context.close()
