// Videos from this computer to the program on it, one after the other, in pieces that the browser makes.
import { cell } from "./table.js";

export function start(root, data, arrived) {
  const label = cell("label", "Videos of one person each, up to 2 GB "), input = cell("input", "", { type: "file", accept: "video/*,.mkv", multiple: "" });
  label.append(input);
  const list = cell("ul", "", { "aria-live": "polite" });
  root.replaceChildren(label, cell("p", "or drop them here. They stay on this computer, and are gone when you close them unless you keep them.", { class: "hint" }), list);
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
  root.ondragover = (event) => { event.preventDefault(); root.classList.add("over"); };
  root.ondragleave = () => root.classList.remove("over");
  root.ondrop = (event) => { event.preventDefault(); root.classList.remove("over"); take([...event.dataTransfer.files]); };
  return () => { gone = true; };
}

function send(file, list, data, arrived) {
  const item = cell("li", ""), bar = cell("progress", "", { max: 1, value: 0, "aria-label": file.name }), told = cell("span", file.name), cancel = cell("button", "Cancel", { type: "button" });
  item.append(told, bar, cancel);
  list.append(item);
  const url = new URL("room/upload", data.base);
  url.searchParams.set("token", data.token);
  url.searchParams.set("name", file.name);
  const asked = new XMLHttpRequest(), begun = performance.now();
  return new Promise((done) => {
    const over = (text) => { bar.remove(); cancel.remove(); told.textContent = text; done(); };
    cancel.onclick = () => asked.abort();
    asked.upload.onprogress = ({ loaded, total }) => {
      bar.value = loaded / total;
      const left_s = ((performance.now() - begun) / 1000) * (total / Math.max(loaded, 1) - 1);
      told.textContent = `${file.name}: ${(loaded / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB${left_s > 2 ? `, ${left_s.toFixed(0)} s left` : ""}`;
    };
    asked.onload = () => {
      let told = {};
      try { told = JSON.parse(asked.responseText); } catch { /* said below */ }
      if (asked.status === 200) { item.remove(); arrived(told.key); done(); }
      else over(told.trouble ?? `${file.name}: the program did not take it (${asked.status}).`);
    };
    asked.onerror = () => over(`${file.name}: the connection to the program broke. Is it still running?`);
    asked.onabort = () => over(`${file.name}: cancelled.`);
    asked.open("PUT", url);
    asked.send(file);
  });
}
