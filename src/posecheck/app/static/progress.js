// Three pictures of one's own practice: weeks as dots, stronger : weaker : both as a balance, and the everyday task.
const SVG = "http://www.w3.org/2000/svg";
const COLOURS = { stronger: "#1f4e9e", weaker: "#c25e00", both: "#5b3f8c", task: "#0f6b66", imagery: "#5a6675" };

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function picture(title, wide, high, ...children) {
  const box = document.createElement("figure");
  const caption = Object.assign(document.createElement("figcaption"), { textContent: title });
  box.append(caption, svg("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": title }, ...children));
  return box;
}

function weeks(data, text) {
  const dots = data.weeks.flatMap((week, row) =>
    week.map((done, day) =>
      svg("circle", { cx: 26 + day * 44, cy: 26 + row * 44, r: done ? 17 : 5, fill: done ? COLOURS[done] ?? COLOURS.stronger : "#b9c4d3" })));
  return picture(text.weeks, 316, Math.max(1, data.weeks.length) * 44 + 8, ...dots);
}

function balance(data, text) {
  const parts = ["stronger", "weaker", "both"], most = Math.max(1, ...parts.map((part) => data.balance[part]));
  const bars = parts.flatMap((part, row) => {
    const label = svg("text", { x: 0, y: 34 + row * 74, "font-size": 22, fill: "#10294d" });
    label.textContent = text[part];
    return [label, svg("rect", { x: 0, y: 44 + row * 74, width: data.balance[part] ? Math.max(24, 300 * data.balance[part] / most) : 0, height: 24, rx: 12, fill: COLOURS[part] })];
  });
  return picture(text.balance, 316, 236, ...bars);
}

function task(data, text, picture) {
  const box = Object.assign(document.createElement("figure"), { className: "task" });
  box.append(Object.assign(document.createElement("figcaption"), { textContent: text.task }));
  if (data.task) box.append(Object.assign(document.createElement("img"), { src: picture(data.task.picture), alt: "" }));
  const days = svg("svg", { viewBox: "0 0 316 60", role: "img", "aria-label": text.task });
  for (let i = 0; i < Math.min(18, data.task?.times ?? 0); i++)
    days.append(svg("circle", { cx: 20 + (i % 9) * 34, cy: 16 + Math.floor(i / 9) * 28, r: 11, fill: COLOURS.task }));
  box.append(days);
  return box;
}

export function drawProgress(root, data, text, picture) {
  const key = JSON.stringify(data);
  if (root.dataset.key === key) return;
  root.dataset.key = key;
  root.replaceChildren(weeks(data, text), balance(data, text), task(data, text, picture));
}
