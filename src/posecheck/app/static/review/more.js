// Below the table: both sides in numbers, repetitions laid over one another, compensations over time.
import { amount, cell } from "./table.js";

const COLOUR = { left: "#1f4e9e", right: "#b8600b" }, SVG = "http://www.w3.org/2000/svg", POINTS = 60;

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Raw values first, then how sure, the ratio last.
export function symmetry(box, sheet) {
  const told = sheet.symmetry, { unit } = sheet.exercise;
  const title = cell("h2", "Between the sides");
  const name = (side) => `${side}${side === sheet.affected ? " (weaker)" : sheet.affected in COLOUR ? " (stronger)" : ""}`;
  const list = document.createElement("dl");
  const put = (term, text) => list.append(cell("dt", term), cell("dd", text));
  if (!told.comparable) {
    for (const [side, { range, lift_s, lower_s }] of Object.entries(sheet.medians)) {
      if (range !== null) put(`Range, ${name(side)}`, amount(range, unit));
      for (const [what, time_s] of [["Lift", lift_s], ["Lower", lower_s]]) if (time_s !== null) put(`${what}, ${name(side)}`, `${time_s.toFixed(1)} s`);
    }
    const why = cell("p", `Not set against each other: ${told.reason || "too little was measured on one side"}.`);
    return box.replaceChildren(title, list, ...(list.children.length ? [cell("p", "Medians, of those without help where there are any.")] : []), why);
  }
  for (const part of ["numerator", "denominator"])
    put(`Range, ${name(told[part])}`, told[`range_${part}`] === null ? "not measured" : amount(told[`range_${part}`], unit));
  for (const part of ["numerator", "denominator"])
    if (told[`lift_time_${part}`] !== null) put(`Lift, ${name(told[part])}`, `${told[`lift_time_${part}`].toFixed(1)} s`);
  if (told.lag_s !== null) put(`${told.lag_s < 0 ? told.denominator : told.numerator} moves later by`, `${Math.abs(told.lag_s).toFixed(2)} s`);
  for (const [part, what] of [["range", "Range"], ["lift_time", "Lift"]]) {
    if (told[`${part}_ratio`] === null) continue;
    const [low, high] = told[`${part}_ratio_ci95`].map((v) => (100 * v).toFixed(0));
    put(`${what}, ${told.numerator} of ${told.denominator}`, `${(100 * told[`${part}_ratio`]).toFixed(0)} % (95 % interval, assumed: ${low} to ${high} %)`);
  }
  const notes = [told.reason, told.set_kind === "practice" ? "Practice follows a target; a check set compares the sides." : ""].filter(Boolean);
  box.replaceChildren(title, list, ...notes.map((note) => cell("p", note)));
}

// What the person is held against, and whether it was measured on them.
export function thresholds(box, sheet) {
  const table = document.createElement("table"), head = table.createTHead().insertRow(), body = table.createTBody();
  for (const name of ["What counts", "From", "Whence", "Source"]) head.append(cell("th", name, { scope: "col" }));
  for (const [what, ...rest] of sheet.thresholds) {
    const row = body.insertRow();
    row.append(cell("th", what.replaceAll("_", " "), { scope: "row" }), ...rest.map((text) => cell("td", text)));
  }
  box.replaceChildren(cell("h2", "Thresholds"), cell("p", "Assumed for everybody until two check sets of this person within a week give a measured one. How far a range is from the truth no repeating tells."), table);
}

// Each side's repetitions from begin to end, with their mean and how much they differ.
export function multiples(box, sheet) {
  const figures = ["left", "right"].filter((side) => sheet.signals[side]).map((side) => {
    const whole = sheet.reps.filter((rep) => rep.side === side && rep.complete), reps = whole.filter((rep) => rep.in_middle);
    const curves = reps.map((rep) => sampled(sheet, side, rep)).filter((curve) => curve.some((v) => v !== null));
    return figure(side, curves, sheet, reps.length < whole.length ? ", without the helped ones" : "");
  });
  box.replaceChildren(cell("h2", "Repetitions over one another"), ...figures);
}

function sampled({ first_s, rate_hz, signals }, side, rep) {
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const k = ((rep.from_s + (i / POINTS) * (rep.to_s - rep.from_s)) - first_s) * rate_hz, low = Math.floor(k);
    const [a, b] = [signals[side][low], signals[side][Math.min(low + 1, signals[side].length - 1)]];
    return a === null || b === null || a === undefined ? null : a + (k - low) * (b - a);
  });
}

function figure(side, curves, sheet, helped) {
  const all = curves.flat().filter((v) => v !== null), low = Math.min(...all), high = Math.max(...all);
  const x = (i) => 44 + (i / POINTS) * 340, y = (v) => 170 - ((v - low) / (high - low || 1)) * 150;
  const path = (points) => points.map((v, i) => (v === null ? "" : `${i && points[i - 1] !== null ? "L" : "M"}${x(i).toFixed(1)},${y(v).toFixed(1)}`)).join("");
  const mean = [], spread = [];
  for (let i = 0; i <= POINTS; i++) {
    const here = curves.map((curve) => curve[i]).filter((v) => v !== null), m = here.reduce((a, b) => a + b, 0) / here.length;
    mean.push(here.length ? m : null);
    spread.push(here.length > 1 ? Math.sqrt(here.reduce((a, b) => a + (b - m) ** 2, 0) / (here.length - 1)) : 0);
  }
  const sure = mean.map((v, i) => [v, i]).filter(([v]) => v !== null);
  const area = sure.length ? `M${sure.map(([v, i]) => `${x(i)},${y(v + spread[i])}`).join("L")}L${[...sure].reverse().map(([v, i]) => `${x(i)},${y(v - spread[i])}`).join("L")}Z` : "";
  const box = document.createElement("figure"), name = `${side}, ${curves.length} repetition${curves.length === 1 ? "" : "s"}${helped}: mean and standard deviation`;
  const label = (text, tx, ty, anchor) => { const t = svg("text", { x: tx, y: ty, "text-anchor": anchor, "font-size": 13, fill: "#33415c" }); t.textContent = text; return t; };
  box.append(cell("figcaption", name));
  box.append(svg("svg", { viewBox: "0 0 400 200", role: "img", "aria-label": name },
    ...(all.length ? [
      svg("path", { d: area, fill: COLOUR[side], opacity: 0.18 }),
      ...curves.map((curve) => svg("path", { d: path(curve), fill: "none", stroke: COLOUR[side], "stroke-width": 1, opacity: 0.45 })),
      svg("path", { d: path(mean), fill: "none", stroke: COLOUR[side], "stroke-width": 3 }),
      label(amount(high, sheet.exercise.unit), 38, y(high) + 4, "end"), label(amount(low, sheet.exercise.unit), 38, y(low) + 4, "end"),
      label("begin", 44, 192, "start"), label("end", 384, 192, "end"),
    ] : [label("No repetition was counted.", 44, 100, "start")])));
  return box;
}

// What else moved, over the whole recording, with the limit from which it is told.
export function compensations(box, sheet) {
  if (!sheet.checks.length) return box.replaceChildren(cell("h2", "Compensations"), cell("p", "None are looked for from this view."));
  const rows = sheet.checks.map((check) => {
    const table = sheet.reps.filter((rep) => rep.changes[check.id] !== null && rep.changes[check.id] !== undefined)
      .map((rep) => `${rep.side} ${rep.rep}: ${amount(rep.changes[check.id], check.unit)}`).join(", ");
    const row = document.createElement("figure");
    row.append(cell("figcaption", `${check.name}: told from ${amount(check.start, check.unit)} on, ${check.known}`));
    row.append(timeline(check, sheet), cell("small", table || "not measured from here"));
    return row;
  });
  box.replaceChildren(cell("h2", "Compensations over time"), ...rows);
}

function timeline(check, sheet) {
  const sides = Object.keys(check.signals), of = Math.max(1, sheet.duration_s);
  let [low, high] = [Infinity, -Infinity]; // an hour has more values than a function takes arguments
  for (const side of sides) for (const v of check.signals[side]) if (v !== null) { low = Math.min(low, v); high = Math.max(high, v); }
  const lines = sides.map((side) => {
    const values = check.signals[side], step = Math.max(1, Math.floor(values.length / 800));
    let d = "", drawn = false;
    for (let k = 0; k < values.length; k += step) {
      if (values[k] === null) { drawn = false; continue; }
      const x = ((sheet.first_s + k / sheet.rate_hz) / of) * 800, y = 58 - ((values[k] - low) / (high - low || 1)) * 52;
      d += `${drawn ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`;
      drawn = true;
    }
    return svg("path", { d, fill: "none", stroke: COLOUR[side], "stroke-width": 1.5 });
  });
  const bands = sheet.reps.map((rep) => svg("rect", { x: (rep.from_s / of) * 800, y: 0, width: ((rep.to_s - rep.from_s) / of) * 800, height: 60, fill: "#eef3fb" }));
  return svg("svg", { viewBox: "0 0 800 60", preserveAspectRatio: "none", class: "timeline", role: "img", "aria-label": `${check.name} over time` }, ...bands, ...lines);
}
