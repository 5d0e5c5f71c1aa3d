/**
 * Nothing typed is lost. A form is saved 2 s after the last key, when a field is left, and when the page goes out
 * of sight (a phone that sleeps, a tab that closes).
 *
 * Looks for: <form data-draft="URL">. Says 已存 in its <p data-draft-state aria-live="polite">, or in one of its own at the end.
 * Sends: POST URL with the form's fields, files left out; `once` anew each time, since saving a draft again and
 * again is meant. Expects any 2xx (204 is best). Anything else counts as not saved, a redirect too.
 * Until the server has said so, the text also stands in this browser: kept.js.
 */
import { say, clock } from "./words.js";
import { keep, forget, offer } from "./kept.js";

const pause = 2_000;
const again = 15_000;

/** The form as a plain form would send it, without its files. */
function fields(form) {
  const data = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  if (data.has("once")) data.set("once", `draft-${Date.now()}-${Math.random()}`);
  return data;
}

function place(form) {
  const state = Object.assign(document.createElement("p"), { className: "hint", ariaLive: "polite" });
  form.append(state);
  return state;
}

function watch(form) {
  const url = form.dataset.draft;
  const state = form.querySelector("[data-draft-state]") ?? place(form);
  const tell = (text) => (state.textContent = text);
  let timer, saving;
  let changed = false; // since it was last sent
  let gone = false; // sent for good

  async function save() {
    clearTimeout(timer);
    if (!changed || gone) return;
    changed = false;
    keep(form);
    saving?.abort();
    const { signal } = (saving = new AbortController());
    try {
      const answer = await fetch(url, {
        method: "POST", body: fields(form), keepalive: true, redirect: "manual", signal,
      });
      if (!answer.ok) throw new Error(`draft: ${answer.status}`);
      if (!changed) forget(form);
      // What is new has a page of its own from now on: a reload comes back to it.
      if (location.pathname.endsWith("/new")) history.replaceState(history.state, "", form.action);
      tell(say(`已存 ${clock()}`, `Saved at ${clock()}`));
    } catch {
      if (signal.aborted) return;
      changed = true;
      timer = setTimeout(save, again);
      tell(say("还没存到服务器，先存在这台设备上，稍后再试",
        "Not saved on the server yet. Kept on this device; trying again soon."));
    }
  }

  form.addEventListener("input", () => {
    changed = true;
    gone = false; // an upload was refused, and the writing goes on
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  });
  form.addEventListener("focusout", save);
  form.addEventListener("submit", () => {
    if (changed) keep(form);
    gone = true; // a draft that arrives later would bring back what has become a need
    clearTimeout(timer);
    saving?.abort();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  addEventListener("pagehide", save);
  addEventListener("pageshow", () => (gone = false));
  addEventListener("online", save);
  offer(form, state);
  // What was typed before this script had come is typed as well.
  if ([...form.elements].some(touched)) {
    changed = true;
    timer = setTimeout(save, pause);
  }
}

/** Whether a field says something other than the page that came. */
function touched(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  return "defaultValue" in field && field.type !== "hidden" && field.type !== "file" && field.value !== field.defaultValue;
}

document.querySelectorAll("form[data-draft]").forEach(watch);
