"""Takes docs/screenshot.png: the front page of a fresh demonstration.

    .venv/bin/python Tests/Journeys/screenshot.py
"""

from playwright.sync_api import sync_playwright

from server import ROOT, Server


def main() -> None:
    server = Server()
    try:
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="zh-CN", timezone_id="Asia/Shanghai")
            page.goto(server.url, wait_until="networkidle")
            page.screenshot(path=ROOT / "docs" / "screenshot.png")
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
