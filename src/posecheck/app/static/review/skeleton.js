// A person as lines: left blue, right orange, a side that is not measured grey; what was not seen surely is dashed. Without a film there is a head, never a face.
const EIGHTH = 1 / 8, SEEN = 128;
const LIMB = { left: "#1f4e9e", right: "#b8600b", "": "#10294d" }, UNMEASURED = "#8b98ad";
const NAMES = { left: "blue", right: "orange" };

const isMeasured = (sheet, side) => !NAMES[side] || Boolean(sheet.signals[side]);

// What the colours mean, in words.
export function legend(sheet) {
  const measured = Object.keys(NAMES).filter((side) => isMeasured(sheet, side));
  const told = measured.map((side) => `${NAMES[side]}: ${side}`);
  if (measured.length < 2) told.push("grey: not measured from here");
  return `${told.join(", ")}.`.replace(/^./, (first) => first.toUpperCase());
}

// Landmarks as the server packs them: times, places in eighths of a pixel, visibility.
export function readPoses(buffer, frames, keypoints) {
  const t_s = new Float32Array(buffer, 0, frames);
  const uv = new Int16Array(buffer, 4 * frames, 2 * frames * keypoints);
  const seen = new Uint8Array(buffer, 4 * frames + 4 * frames * keypoints, frames * keypoints);
  return { t_s, uv, seen, keypoints };
}

// The last picture at or before a time.
export function frameAt({ t_s }, at_s) {
  let low = 0, high = t_s.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (t_s[middle] <= at_s) low = middle;
    else high = middle - 1;
  }
  return low;
}

// Picture i, `scale` times its pixels; `left` and `top` are the pixel that comes to lie in the corner.
export function skeleton(pen, sheet, { uv, seen, keypoints: K }, i, { scale, left = 0, top = 0, bold = 1, film = false }) {
  const point = (k) => [(uv[2 * (i * K + k)] * EIGHTH - left) * scale, (uv[2 * (i * K + k) + 1] * EIGHTH - top) * scale];
  pen.lineCap = "round";
  for (const [a, b] of sheet.bones) {
    const least = Math.min(seen[i * K + a], seen[i * K + b]);
    if (!least) continue;
    const limbs = new Set([sheet.limbs[a], sheet.limbs[b]]), side = limbs.size === 1 ? [...limbs][0] : "";
    const colour = isMeasured(sheet, side) ? LIMB[side] : UNMEASURED;
    for (const [style, width] of film ? [["#ffffff", 7], [colour, 4]] : [[colour, 6]]) {
      Object.assign(pen, { strokeStyle: style, lineWidth: width * bold, globalAlpha: least < SEEN ? 0.3 : 1 });
      pen.setLineDash(least < SEEN ? [6 * bold, 6 * bold] : []);
      pen.beginPath();
      pen.moveTo(...point(a));
      pen.lineTo(...point(b));
      pen.stroke();
    }
  }
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  if (film || !seen[i * K]) return;
  const [x, y] = point(0), ear = point(7), r = Math.max(8 * bold, 1.6 * Math.hypot(x - ear[0], y - ear[1]));
  pen.fillStyle = LIMB[""];
  pen.beginPath();
  pen.arc(x, y, Math.min(r, (sheet.size_px[1] * scale) / 10), 0, 2 * Math.PI);
  pen.fill();
}

// Left, top, width and height in pixels of what a person takes up in some pictures, with some air.
export function around(sheet, { uv, seen, keypoints: K }, pictures) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const i of pictures) for (let k = 0; k < K; k++) {
    if (seen[i * K + k] < SEEN) continue;
    const [x, y] = [uv[2 * (i * K + k)] * EIGHTH, uv[2 * (i * K + k) + 1] * EIGHTH];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  if (right <= left) return [0, 0, ...sheet.size_px];
  const air = 0.1 * Math.max(right - left, bottom - top);
  return [left - air, top - 1.5 * air, right - left + 2 * air, bottom - top + 2.5 * air];
}
