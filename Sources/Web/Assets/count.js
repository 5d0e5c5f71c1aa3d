/**
 * Says how much is written: “已写66字，最多1,000字”.
 *
 * Looks for: <textarea data-count="1000">, the number being the most that fits. The sentence comes below the field.
 * Counted as the server counts, by characters that a person sees. Too much is said, never cut off.
 */
import { say, number } from "./words.js";

const parts = "Segmenter" in Intl ? new Intl.Segmenter("zh", { granularity: "grapheme" }) : null;
const count = (text) => (parts ? [...parts.segment(text)] : [...text]).length;

function watch(field) {
  const most = Number(field.dataset.count);
  const place = document.createElement("p");
  place.className = "hint";
  place.id = `${field.id}-n`;
  field.after(place);
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${place.id}`.trim());

  const tell = () => {
    const n = count(field.value);
    place.textContent =
      n <= most
        ? say(`已写${number(n)}字，最多${number(most)}字`, `${number(n)} of at most ${number(most)} characters`)
        : say(
            `已写${number(n)}字，多了${number(n - most)}字，最多${number(most)}字`,
            `${number(n)} characters, ${number(n - most)} more than the ${number(most)} that fit`,
          );
    // Read out only near the end, otherwise every key would speak.
    place.ariaLive = n > most * 0.9 ? "polite" : "off";
  };
  field.addEventListener("input", tell);
  addEventListener("pageshow", tell); // the browser may have brought text back
  tell();
}

for (const field of document.querySelectorAll("textarea[data-count]")) if (Number(field.dataset.count) > 0) watch(field);
