/**
 * Sends files with a bar that shows how far it is, and a button to stop. Without it: a plain multipart form.
 *
 * Looks for: <form data-upload method="post" enctype="multipart/form-data"> with <input type="file">, which may
 * carry data-most="20971520", the most bytes a file may have.
 * The answer is a page, as for a plain form: after a redirect the browser goes there; from an error page each
 * .wrong-note is shown beside its own field, and what is chosen and typed stays.
 */
import { say, number } from "./words.js";

const make = (tag, values) => Object.assign(document.createElement(tag), values);
const mb = (bytes) => number(Math.ceil(bytes / 104_857.6) / 10);

/** Shows what the answer says of another field than the files' beside the same field of this page; answers that field. */
function mark(theirs, form) {
  const id = theirs.id || theirs.querySelector("input[id], select[id], textarea[id]")?.id;
  const control = id && form.querySelector(`#${CSS.escape(id)}`);
  if (!control || control.type === "file") return null;
  const notes = theirs.querySelectorAll(".wrong-note");
  const field = control.closest(".field");
  field.classList.add("wrong");
  if (field === control) field.querySelector("legend").after(...notes);
  else control.before(...notes);
  control.ariaInvalid = "true";
  return control;
}

/** Takes away what an earlier answer said. */
function unmark(form) {
  for (const note of form.querySelectorAll(".field.wrong .wrong-note:not([role])")) {
    const field = note.closest(".field");
    field.classList.remove("wrong");
    for (const control of [field, ...field.querySelectorAll("[aria-invalid]")]) control.ariaInvalid = null;
    note.remove();
  }
}

function watch(form) {
  const input = form.querySelector("input[type='file']");
  if (!input) return;
  const bar = make("progress", { max: 100, value: 0, ariaLabel: say("上传进度", "Upload progress") });
  const text = make("span", { className: "small soft" });
  const stop = make("button", { type: "button", className: "btn quiet end" });
  stop.textContent = say("停止上传", "Stop the upload");
  const going = make("div", { className: "row", hidden: true, ariaLive: "polite" });
  going.append(bar, text, stop);
  const wrong = make("p", { className: "wrong-note", role: "alert", hidden: true });
  input.closest(".field, form").append(wrong, going);

  const refuse = (sentence) => {
    going.hidden = true;
    wrong.textContent = sentence;
    wrong.hidden = false;
    input.ariaInvalid = "true";
    input.focus();
  };

  function send(button) {
    const request = new XMLHttpRequest();
    const place = form.action;
    request.open("POST", place);
    request.responseType = "document";
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = total ? (100 * loaded) / total : 0;
      text.textContent = loaded < total ? `${Math.floor(bar.value)}%` : say("正在检查…", "Checking…");
    };
    request.onload = () => {
      // Elsewhere: the files are there, whatever that page says.
      if (request.status < 400 || request.responseURL !== place) return location.assign(request.responseURL);
      const marked = [...(request.response?.querySelectorAll(".field.wrong") ?? [])].map((field) => mark(field, form)).filter(Boolean);
      const said = [...(request.response?.querySelectorAll(".wrong-note") ?? [])].map((note) => note.textContent.trim());
      if (said.length === 0 && marked.length > 0) {
        going.hidden = true;
        return marked[0].focus();
      }
      refuse(said.join(" ") || say("没传上，文件还在您这里。请再试一次。", "The upload failed; the file is still with you. Please try again."));
    };
    request.onerror = () => refuse(say("网络断了，没传完。连上后再传一次。", "The connection broke. Upload again when it is back."));
    stop.onclick = () => {
      request.abort();
      refuse(say("已停止，没有上传。", "Stopped; nothing was uploaded."));
    };
    request.send(new FormData(form, button));
  }

  form.addEventListener("submit", (event) => {
    if (input.files.length === 0) return; // the server says what is missing
    event.preventDefault();
    if (!going.hidden) return;
    const most = Number(input.dataset.most) || Infinity;
    const large = [...input.files].find((file) => file.size > most);
    if (large) {
      return refuse(say(`“${large.name}”有${mb(large.size)} MB，每个最多${mb(most)} MB。可以压缩后再传。`,
        `“${large.name}” has ${mb(large.size)} MB; a file may have ${mb(most)} MB. Compress it and try again.`));
    }
    wrong.hidden = true;
    input.ariaInvalid = null;
    unmark(form);
    going.hidden = false;
    send(event.submitter);
  });
}

document.querySelectorAll("form[data-upload]").forEach(watch);
