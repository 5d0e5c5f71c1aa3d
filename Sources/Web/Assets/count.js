/**
 * Says how much is written: “已写66字，最多1,000字”.
 *
 * Looks for: <p class="hint" id="what-n" data-count="what" data-max="1000">, `what` being the id of the field.
 * The server writes the sentence for the first time; here it follows the keys. Counted as the server counts,
 * by characters that a person sees. Too much is said, never cut off.
 */
import { say, number } from "./words.js";

const parts = "Segmenter" in Intl ? new Intl.Segmenter("zh", { granularity: "grapheme" }) : null;
const count = (text) => (parts ? [...parts.segment(text)] : [...text]).length;

for (const place of document.querySelectorAll("[data-count]")) {
  const field = document.getElementById(place.dataset.count);
  const most = Number(place.dataset.max);
  if (!field || !most) continue;

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
}
