// Asks for another drawing of the page when something came of a video: its first picture, its end.
import { progress } from "./progress_of.js";

const AGAIN_MS = 5000; // an asking that got lost is made again

export function start(root, data, changed) {
  let asked_ms = -Infinity;
  return progress(data, ({ drawn }) => {
    if (drawn === data.drawn || performance.now() - asked_ms < AGAIN_MS) return;
    asked_ms = performance.now();
    changed(drawn ?? "locked");
  });
}
