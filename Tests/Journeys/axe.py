"""axe-core over a page: WCAG 2.0 to 2.2, levels A and AA, and best practice."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

SOURCE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


def problems(page: Page) -> list[str]:
    """The page must be in a context with bypass_csp=True, or the policy keeps axe out as it should."""
    page.evaluate(SOURCE)
    result = page.evaluate("rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES)
    return [
        f"axe {violation['id']}: {violation['help']} – {node['html'][:160]}"
        for violation in result["violations"] for node in violation["nodes"][:3]
    ]
