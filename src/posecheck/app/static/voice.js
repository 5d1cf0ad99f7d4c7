// Speaks short clips one after the other; says nothing aloud when muted, and always shows the words.
export class Voice {
  constructor(caption) {
    this.caption = caption;
    this.queue = [];
    this.clips = new Map();
    this.volume = Number(localStorage.getItem("posecheck.volume") ?? 0.9);
    this.muted = localStorage.getItem("posecheck.muted") === "1";
    this.said = globalThis.__posecheckSaid = [];
  }

  get context() {
    if (!this.context_) {
      this.context_ = new AudioContext();
      this.gain = this.context_.createGain();
      this.gain.connect(this.context_.destination);
    }
    if (this.context_.state === "suspended") this.context_.resume();
    this.gain.gain.value = this.muted ? 0 : this.volume;
    return this.context_;
  }

  set(volume, muted) {
    this.volume = Math.min(1, Math.max(0, volume));
    this.muted = muted;
    localStorage.setItem("posecheck.volume", this.volume);
    localStorage.setItem("posecheck.muted", muted ? "1" : "0");
    if (this.gain) this.gain.gain.value = muted ? 0 : this.volume;
  }

  // Numbers and pacer words are only worth saying on time: what waits longer than this is left out.
  say(text, url, { within_s = 6, first = false } = {}) {
    const item = { text, url, until: performance.now() + within_s * 1000 };
    if (first) this.queue.unshift(item);
    else this.queue.push(item);
    if (!this.speaking) this.next();
  }

  // Leave out what is not being said yet.
  forget() {
    this.queue = [];
  }

  async next() {
    const item = this.queue.shift();
    if (!item) return (this.speaking = false);
    this.speaking = true;
    if (performance.now() < item.until) {
      this.caption(item.text);
      this.said.push({ text: item.text, at_ms: performance.now() });
      await this.play(item).catch((error) => console.warn("voice:", error));
    }
    this.next();
  }

  async play({ text, url }) {
    const context = this.context;
    if (!url) return this.speakLocally(text);
    if (context.state !== "running") return new Promise((done) => setTimeout(done, 400 + 60 * text.length));
    const buffer = await this.clip(url);
    await new Promise((done) => {
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(this.gain);
      source.onended = done;
      source.start();
    });
  }

  async clip(url) {
    if (!this.clips.has(url)) {
      const bytes = await (await fetch(url)).arrayBuffer();
      this.clips.set(url, await this.context.decodeAudioData(bytes));
      if (this.clips.size > 200) this.clips.delete(this.clips.keys().next().value);
    }
    return this.clips.get(url);
  }

  // Only a voice of this computer: others send the text away.
  async speakLocally(text) {
    const voice = globalThis.speechSynthesis?.getVoices().find((one) => one.localService);
    if (!voice || this.muted) return new Promise((done) => setTimeout(done, 300 + 60 * text.length));
    const said = new SpeechSynthesisUtterance(text);
    Object.assign(said, { voice, rate: 0.85, volume: this.volume });
    await new Promise((done) => {
      said.onend = said.onerror = done;
      speechSynthesis.speak(said);
    });
  }

  chime() {
    const context = this.context, tone = context.createOscillator(), gain = context.createGain();
    tone.frequency.value = 520;
    gain.gain.setValueAtTime(0, context.currentTime);
    gain.gain.linearRampToValueAtTime(0.25, context.currentTime + 0.05);
    gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.9);
    tone.connect(gain).connect(this.gain);
    tone.start();
    tone.stop(context.currentTime + 1);
  }

  close() {
    this.queue = [];
    this.context_?.close();
    this.context_ = null;
  }
}
