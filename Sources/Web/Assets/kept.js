/**
 * What was typed and has not reached the server stands in this browser for a week, and is offered when the form
 * is opened again. It is put back only when the person says so: the server may have something newer.
 *
 * Left out: the form's hidden fields, passwords, one-time codes, and whatever is marked data-private.
 */
import { say, clock } from "./words.js";

const week = 7 * 24 * 60 * 60 * 1000;
const secret = "[type='hidden'], [type='password'], [type='file'], [autocomplete='one-time-code'], [data-private]";
// By the page that is written on: two forms may keep their words at one place of the server.
const place = (form) => `draft ${new URL(form.action).pathname}`;

/** Pairs of name and value, as they would be sent. */
function typed(form) {
  const names = new Set([...form.elements].filter((field) => !field.matches(secret)).map((field) => field.name));
  return [...new FormData(form)].filter(([name]) => names.has(name));
}

export function keep(form) {
  try {
    localStorage.setItem(place(form), JSON.stringify({ at: Date.now(), pairs: typed(form) }));
  } catch { /* storage is full or not allowed: the server remains */ }
}

export function forget(form) {
  try {
    localStorage.removeItem(place(form));
  } catch { /* nothing was kept, then */ }
}

function read(form) {
  try {
    return JSON.parse(localStorage.getItem(place(form)));
  } catch {
    return null;
  }
}

/** Shows a button behind `state` when this browser holds something other than what the form shows. */
export function offer(form, state) {
  const kept = read(form);
  if (!kept || Date.now() - kept.at > week || JSON.stringify(kept.pairs) === JSON.stringify(typed(form))) {
    return forget(form);
  }
  const at = clock(new Date(kept.at));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = say(`放回${at}在这台设备上写的内容`, `Put back what was typed here at ${at}`);
  button.addEventListener("click", () => {
    putBack(kept.pairs, form);
    form.dispatchEvent(new Event("input", { bubbles: true })); // so that it is saved
    button.remove();
  });
  state.after(button);
}

function putBack(pairs, form) {
  for (const field of form.elements) {
    if (field.matches(secret)) continue;
    const values = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else if (values.length > 0) field.value = values[0];
  }
}
