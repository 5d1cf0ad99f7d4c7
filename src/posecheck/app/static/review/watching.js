// How far a video is.
import { progress } from "./progress_of.js";
import { cell } from "./table.js";

const STATES = { waiting: "Waits for its turn", watching: "Being watched" };

export function start(root, data) {
  const label = cell("label", ""), words = cell("span", STATES.waiting), bar = cell("progress", "", { max: 1, value: 0 });
  label.append(words, bar);
  root.replaceChildren(label);
  return progress(data, ({ busy }) => {
    const now = busy[data.key];
    if (!now) return;
    words.textContent = STATES[now.state] + (now.left_s === null ? "" : `, about ${now.left_s.toFixed(0)} s left`);
    bar.value = now.part;
  });
}
