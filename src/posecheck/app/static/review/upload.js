// Videos from this computer to the program on it, one after the other, in pieces that the browser makes.
import { cell } from "./table.js";

export function start(root, data, arrived) {
  const label = cell("label", "Videos of one person each, up to 2 GB "), input = cell("input", "", { type: "file", accept: "video/*,.mkv", multiple: "" });
  label.append(input);
  const list = cell("ul", "", { "aria-live": "polite" });
  root.replaceChildren(label, cell("p", "or drop them on this page. They stay on this computer, and are gone when you close them unless you keep them.", { class: "hint" }), list);
  const waiting = [];
  let busy = false, gone = false;
  const take = (files) => {
    waiting.push(...files);
    if (!busy) next();
  };
  const next = async () => {
    const file = waiting.shift();
    busy = Boolean(file);
    if (!file || gone) return;
    await send(file, list, data, arrived);
    next();
  };
  input.onchange = () => { take([...input.files]); input.value = ""; };
  // Anywhere on the page: a browser would otherwise open a video that falls beside the box, and leave the page.
  const until = new AbortController(), on = (name, act) => window.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    act(event);
  }, { signal: until.signal });
  on("dragover", () => root.classList.add("over"));
  on("dragleave", (event) => event.relatedTarget ?? root.classList.remove("over"));
  on("drop", (event) => { root.classList.remove("over"); take([...event.dataTransfer.files]); });
  return () => { gone = true; until.abort(); };
}

function send(file, list, data, arrived) {
  const item = cell("li", ""), bar = cell("progress", "", { max: 1, value: 0, "aria-label": file.name }), told = cell("span", file.name), cancel = cell("button", "Cancel", { type: "button", "aria-label": `Cancel ${file.name}` });
  item.append(told, bar, cancel);
  list.append(item);
  const url = new URL("room/upload", data.base);
  url.searchParams.set("token", data.token);
  url.searchParams.set("name", file.name);
  const begun = performance.now();
  let now = new XMLHttpRequest();
  return new Promise((done) => {
    const over = (text) => { bar.remove(); cancel.remove(); told.textContent = text; done(); };
    const ask = (asked, method, address, body) => {
      now = asked;
      asked.onerror = () => over(`${file.name}: the connection to the program broke. Is it still running?`);
      asked.onabort = () => over(`${file.name}: cancelled.`);
      asked.open(method, address);
      asked.send(body);
    };
    const refused = (asked) => {
      let trouble;
      try { ({ trouble } = JSON.parse(asked.responseText)); } catch { /* said below */ }
      over(trouble ?? `${file.name}: the program did not take it (${asked.status}).`);
    };
    cancel.onclick = () => now.abort();
    const bytes = new XMLHttpRequest();
    bytes.upload.onprogress = ({ loaded, total }) => {
      bar.value = loaded / total;
      const left_s = ((performance.now() - begun) / 1000) * (total / Math.max(loaded, 1) - 1);
      told.textContent = `${file.name}: ${(loaded / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB${left_s > 2 ? `, ${left_s.toFixed(0)} s left` : ""}`;
    };
    bytes.onload = () => {
      if (bytes.status !== 200) return refused(bytes);
      item.remove();
      arrived(JSON.parse(bytes.responseText).key);
      done();
    };
    const may = new XMLHttpRequest();
    may.onload = () => may.status === 204 ? ask(bytes, "PUT", url, file) : refused(may);
    const first = new URL(url);
    first.searchParams.set("size", file.size);
    ask(may, "POST", first);
  });
}
