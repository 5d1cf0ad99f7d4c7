// The picture: film with the skeleton over it, or the skeleton alone; time runs here and nowhere else.
const EIGHTH = 1 / 8, SEEN = 128;
const LIMB = { left: "#1f4e9e", right: "#b8600b", "": "#10294d" };

// Landmarks as the server packs them: times, places in eighths of a pixel, visibility.
export function readPoses(buffer, frames, keypoints) {
  const t_s = new Float32Array(buffer, 0, frames);
  const uv = new Int16Array(buffer, 4 * frames, 2 * frames * keypoints);
  const seen = new Uint8Array(buffer, 4 * frames + 4 * frames * keypoints, frames * keypoints);
  return { t_s, uv, seen, keypoints };
}

export class Stage {
  constructor(box, moved) {
    this.moved = moved;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "The person, as a skeleton");
    box.append(this.canvas);
    this.box = box;
    this.time_s = 0;
    this.rate = 1;
    this.playing = false;
    this.frame = requestAnimationFrame(() => this.tick());
  }

  load(sheet, poses, film) {
    Object.assign(this, { sheet, poses });
    this.video?.remove();
    this.video = null;
    if (film) {
      this.video = Object.assign(document.createElement("video"), { src: film, muted: true, playsInline: true, preload: "auto" });
      this.video.setAttribute("aria-label", "The film");
      this.box.prepend(this.video);
      this.video.onerror = () => { this.video?.remove(); this.video = null; this.draw(); };
      this.video.onloadedmetadata = () => this.seek(this.time_s);
    }
    this.seek(poses.t_s[0] ?? 0);
  }

  get end_s() {
    return this.poses ? this.poses.t_s[this.poses.t_s.length - 1] : 0;
  }

  seek(t_s) {
    const first = this.poses?.t_s[0] ?? 0;
    this.time_s = Math.min(Math.max(t_s, first), this.end_s);
    if (this.video?.readyState) this.video.currentTime = this.time_s - first;
    this.begun = { clock: performance.now(), time_s: this.time_s };
    this.draw();
    this.moved(this.time_s);
  }

  // Whole pictures, as they were taken.
  step(by) {
    this.play(false);
    const at = this.at(this.time_s + 1e-4), last = this.poses.t_s.length - 1;
    this.seek(this.poses.t_s[Math.min(Math.max(at + by, 0), last)] + 1e-4);
  }

  play(on = !this.playing) {
    if (on && this.time_s >= this.end_s - 0.05) this.seek(this.poses.t_s[0]);
    this.playing = on;
    this.begun = { clock: performance.now(), time_s: this.time_s };
    if (!this.video) return;
    this.video.playbackRate = this.rate;
    if (on) this.video.play();
    else this.video.pause();
  }

  speed(rate) {
    this.rate = rate;
    if (this.video) this.video.playbackRate = rate;
    this.begun = { clock: performance.now(), time_s: this.time_s };
  }

  tick() {
    this.frame = requestAnimationFrame(() => this.tick());
    if (!this.playing || !this.poses) return;
    const first = this.poses.t_s[0];
    this.time_s = this.video ? this.video.currentTime + first
      : this.begun.time_s + (this.rate * (performance.now() - this.begun.clock)) / 1000;
    if (this.time_s >= this.end_s) {
      this.play(false);
      this.time_s = this.end_s;
    }
    this.draw();
    this.moved(this.time_s);
  }

  // The last picture at or before a time.
  at(t_s) {
    const times = this.poses.t_s;
    let low = 0, high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= t_s) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  draw() {
    if (!this.sheet || !this.poses) return;
    const [wide, high] = this.sheet.size_px, { canvas } = this, shown = this.box.clientWidth || 480;
    const scale = Math.min(shown / wide, 420 / high), dpr = devicePixelRatio || 1;
    this.box.style.height = `${Math.round(high * scale)}px`;
    const [w, h] = [Math.round(wide * scale * dpr), Math.round(high * scale * dpr)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    for (const element of [canvas, this.video]) if (element) Object.assign(element.style, { width: `${w / dpr}px`, height: `${h / dpr}px` });
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, w, h);
    const i = this.at(this.time_s + 1e-3), { uv, seen, keypoints: K } = this.poses;
    const point = (k) => [uv[2 * (i * K + k)] * EIGHTH * scale * dpr, uv[2 * (i * K + k) + 1] * EIGHTH * scale * dpr];
    pen.lineCap = "round";
    for (const [a, b] of this.sheet.bones) {
      const least = Math.min(seen[i * K + a], seen[i * K + b]);
      if (!least) continue;
      const limbs = new Set([this.sheet.limbs[a], this.sheet.limbs[b]]);
      for (const [style, width] of this.video ? [["#ffffff", 7], [LIMB[limbs.size === 1 ? [...limbs][0] : ""], 4]] : [[LIMB[limbs.size === 1 ? [...limbs][0] : ""], 6]]) {
        Object.assign(pen, { strokeStyle: style, lineWidth: width * dpr, globalAlpha: least < SEEN ? 0.3 : 1 });
        pen.setLineDash(least < SEEN ? [6 * dpr, 6 * dpr] : []);
        pen.beginPath();
        pen.moveTo(...point(a));
        pen.lineTo(...point(b));
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    pen.setLineDash([]);
    if (!this.video && seen[i * K]) {
      const [x, y] = point(0), ear = point(7), r = Math.max(8 * dpr, 1.6 * Math.hypot(x - ear[0], y - ear[1]));
      pen.fillStyle = LIMB[""];
      pen.beginPath();
      pen.arc(x, y, Math.min(r, h / 10), 0, 2 * Math.PI);
      pen.fill();
    }
  }

  close() {
    cancelAnimationFrame(this.frame);
  }
}
