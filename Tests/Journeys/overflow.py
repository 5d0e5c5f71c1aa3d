"""No page scrolls sideways at 320 px, with ordinary and with large text."""

from playwright.sync_api import Page

WIDER = """() => {
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over <= 0) return null;
  const wide = [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((e) => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className}`);
  return `${over} px too wide: ${wide.slice(-3).join(", ")}`;
}"""


def problems(page: Page) -> list[str]:
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    found = []
    large = page.evaluate("document.documentElement.dataset.text ?? ''")
    for text in ("", "large"):
        page.evaluate("text => { document.documentElement.dataset.text = text }", text)
        if said := page.evaluate(WIDER):
            found.append(f"sideways scrolling at 320 px{' with large text' if text else ''}: {said}")
    page.evaluate("text => { document.documentElement.dataset.text = text }", large)
    page.set_viewport_size(before)
    return found
