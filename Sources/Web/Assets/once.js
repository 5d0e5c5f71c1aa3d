/**
 * A form is sent once. On submit the button says what is being done, and further submits are ignored
 * until an answer came or the page is shown again (the back button).
 *
 * Looks for: every form with method="post". The button may bring its own words: data-busy="正在发送…".
 * The button is not disabled: a disabled button's name and value would not be sent.
 * (The server has a second net: the hidden field `once` makes a repeated form harmless.)
 */
import { say } from "./words.js";

const sent = new Map(); // form → how to give its button back

document.addEventListener("submit", (event) => {
  const form = event.target;
  // Another module sends it in its own way (upload.js), or it is a search.
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) return event.preventDefault();

  const button = event.submitter ?? form.querySelector("button:not([type='button'], [type='reset'])");
  const before = button ? [...button.childNodes] : [];
  sent.set(form, () => {
    button?.removeAttribute("aria-busy");
    button?.replaceChildren(...before);
    sent.delete(form);
  });
  if (button instanceof HTMLButtonElement) {
    button.setAttribute("aria-busy", "true");
    button.textContent = button.dataset.busy ?? say("正在保存…", "Saving…");
  }
  // An answer that is a download leaves the page standing.
  setTimeout(() => sent.get(form)?.(), 20_000);
});

addEventListener("pageshow", () => sent.forEach((giveBack) => giveBack()));
