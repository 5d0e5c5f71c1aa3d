/**
 * Keys and ticks for a work list.
 *
 *     J K     down, up: the focus goes to the link of the next row, so that Enter opens it without our help
 *     X       tick the row       A   press the main button (with nothing ticked: for this row)
 *     /       to the search      ?   show or hide all keys
 *
 * Looks for: <form data-worklist> with a table whose rows have a checkbox and a link in their <th>;
 *   [data-all] the checkbox that ticks the page; [data-chosen="已选{n}条"] texts that say how many are ticked,
 *   [data-main] the button of A, [data-search] the field of /, [data-keys] the element of ?,
 *   [data-keys-switch] the checkbox that switches keys off (kept in this browser).
 * Keys are heard only outside fields and only without Ctrl, Alt, Meta (WCAG 2.1.4).
 */
const form = document.querySelector("form[data-worklist]");
const find = (mark) => document.querySelector(mark);
const rows = () => [...form.querySelectorAll("tbody tr")];
const ticks = () => [...form.querySelectorAll("tbody input[type='checkbox']")];
const all = form.querySelector("[data-all]");

function tell() {
  const n = ticks().filter((tick) => tick.checked).length;
  for (const place of form.querySelectorAll("[data-chosen]")) {
    place.textContent = place.dataset.chosen.replace("{n}", n.toLocaleString("en"));
  }
  if (all) {
    all.checked = n > 0 && n === ticks().length;
    all.indeterminate = n > 0 && !all.checked;
  }
}
all?.addEventListener("change", () => { ticks().forEach((tick) => (tick.checked = all.checked)); tell(); });
form.addEventListener("change", tell);
form.addEventListener("reset", () => setTimeout(tell));
addEventListener("pageshow", tell);

const here = () => document.activeElement?.closest("tbody tr");
const tickOf = (row) => row?.querySelector("input[type='checkbox']");

function go(step) {
  const list = rows();
  const at = list.indexOf(here());
  const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1)];
  next?.querySelector("th a, a")?.focus();
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  x: () => { const tick = tickOf(here()); if (tick) { tick.checked = !tick.checked; tell(); } },
  a: () => {
    const main = form.querySelector("[data-main]");
    if (!ticks().some((tick) => tick.checked) && tickOf(here())) tickOf(here()).checked = true;
    tell();
    if (main && ticks().some((tick) => tick.checked)) form.requestSubmit(main);
  },
  "/": () => find("[data-search]")?.focus(),
  "?": () => { const help = find("[data-keys]"); if (help) help.hidden = !help.hidden; },
};

const switched = find("[data-keys-switch]");
let on = true;
try { on = localStorage.getItem("keys") !== "off"; } catch { /* storage is not allowed: keys stay on */ }
if (switched) {
  switched.checked = on;
  switched.addEventListener("change", () => {
    on = switched.checked;
    try { localStorage.setItem("keys", on ? "on" : "off"); } catch { /* for this page only, then */ }
  });
}

const field = "textarea, select, [contenteditable], input:not([type='checkbox'], [type='radio'])";
document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest?.(field)) return;
  const deed = keys[event.key.toLowerCase()];
  if (deed) { event.preventDefault(); deed(); }
});
