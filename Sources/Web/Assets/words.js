/**
 * The language of the page, for the few sentences that no server writes.
 *
 *     say("已存", "Saved")     gives the one that belongs to <html lang>
 *     clock()                  14:05, as the page's time zone has it
 */
const english = document.documentElement.lang.startsWith("en");

export const say = (chinese, inEnglish) => (english ? inEnglish : chinese);

export const clock = (date = new Date()) =>
  date.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Numbers as the design writes them: 1,000. */
export const number = (n) => n.toLocaleString("en");
