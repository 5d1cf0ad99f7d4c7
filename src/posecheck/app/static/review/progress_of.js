// How far the videos are that are being watched: asked once for all who show it, as long as somebody does.
const WAIT_MS = 700, listeners = new Set();
let asking = false;

export function progress(data, told) {
  listeners.add(told);
  if (!asking) ask(new URL(`room/uploads.json?token=${encodeURIComponent(data.token)}`, data.base));
  return () => listeners.delete(told);
}

async function ask(url) {
  asking = true;
  while (listeners.size) {
    let answer = null;
    try {
      const got = await fetch(url);
      answer = got.ok ? await got.json() : { drawn: null, busy: {} }; // locked meanwhile: the page is to ask for the passcode
    } catch { /* the program is not there: the page says so */ }
    if (answer) for (const told of [...listeners]) told(answer);
    await new Promise((then) => setTimeout(then, WAIT_MS));
  }
  asking = false;
}
