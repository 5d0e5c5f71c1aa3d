/**
 * The one script of every page. Pages are complete without it; it makes them pleasant.
 *
 * Fetches a module only where the page has use for it. Modules are found beside this file (see README).
 * What each looks for stands in its own head; here only the mark by which a page asks for it.
 */
import "./once.js";

const asked = (mark) => document.querySelector(mark) !== null;

// Literal paths, so that a search for a file's name finds its use.
if (asked("form[data-draft]")) import("./draft.js");
if (asked("textarea[data-count]")) import("./count.js");
if (asked("form[data-upload]")) import("./upload.js");
if (asked("form[data-worklist]")) import("./worklist.js");

// In a conversation Ctrl+Enter sends: <textarea data-send>.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea[data-send]")) {
    event.target.form?.requestSubmit();
  }
});
