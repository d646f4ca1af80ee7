// A demo with a waveform to seek in, by pointer and by keys. One plays at a time, and all are equally
// loud: as loud as the quietest of the page, because louder than it was recorded would clip.

const LOUD = -18; // LUFS; nothing is played louder
const QUIET = -30; // a single faint one does not make all faint
const STEP = 5; // seconds

const all = () => [...document.querySelectorAll("demo-player")];
const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
const ICONS = { play: "M5 2.5v11l8-5.5z", pause: "M4 3h3v10H4zM9 3h3v10H9z" };

function svg(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

class DemoPlayer extends HTMLElement {
  connectedCallback() {
    if (this.button) return;
    this.audio = this.querySelector("audio");
    this.length = Number(this.dataset.seconds);
    this.called = this.audio.getAttribute("aria-label");
    this.audio.hidden = true;
    this.audio.controls = false;
    this.#makeButton();
    this.#makeSlider();
    for (const event of ["play", "pause", "ended", "timeupdate", "seeked"])
      this.audio.addEventListener(event, () => this.show());
    this.audio.addEventListener("error", () => this.#fail());
    this.show();
  }

  #makeButton() {
    this.icon = svg("path", { d: ICONS.play });
    const icon = svg("svg", { class: "ico", viewBox: "0 0 16 16", "aria-hidden": "true" });
    icon.append(this.icon);
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "play";
    this.button.append(icon);
    this.button.addEventListener("click", () => this.toggle());
    this.prepend(this.button);
  }

  #makeSlider() {
    const wave = this.querySelector(".wave");
    this.done = svg("svg", { width: "0", height: "40" });
    const copy = wave.querySelector("path").cloneNode();
    copy.setAttribute("class", "done");
    this.done.append(copy);
    this.head = svg("path", { class: "head" });
    wave.append(this.done, this.head);
    this.slider = document.createElement("div");
    this.slider.className = "seek";
    this.slider.tabIndex = 0;
    for (const [key, value] of Object.entries({
      role: "slider", "aria-label": `Position in ${this.called}`,
      "aria-valuemin": "0", "aria-valuemax": String(Math.round(this.length)),
    })) this.slider.setAttribute(key, value);
    wave.replaceWith(this.slider);
    this.slider.append(wave);
    this.slider.addEventListener("keydown", (event) => this.#key(event));
    const follow = (event) => {
      const box = this.slider.getBoundingClientRect();
      this.seek(((event.clientX - box.left) / box.width) * this.length);
    };
    this.slider.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.slider.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.slider.addEventListener("pointermove", (event) => {
      if (this.slider.hasPointerCapture(event.pointerId)) follow(event);
    });
  }

  #key(event) {
    const now = this.audio.currentTime;
    const to = {
      ArrowRight: now + STEP, ArrowUp: now + STEP, ArrowLeft: now - STEP, ArrowDown: now - STEP,
      PageUp: now + this.length / 10, PageDown: now - this.length / 10, Home: 0, End: this.length,
    }[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (to !== undefined) this.seek(to);
    else if (event.key === " " || event.key === "Enter") this.toggle();
    else return;
    event.preventDefault();
  }

  toggle() {
    if (!this.audio.paused) return this.audio.pause();
    for (const other of all()) if (other !== this) other.audio?.pause();
    const quietest = Math.min(LOUD, ...all().map((one) => Number(one.dataset.lufs)));
    const gain = 10 ** ((Math.max(QUIET, quietest) - Number(this.dataset.lufs)) / 20);
    this.audio.volume = Math.min(1, gain);
    if (this.audio.currentTime >= this.length - 0.05) this.seek(0);
    this.audio.play().catch((error) => { if (error.name === "NotSupportedError") this.#fail(); });
  }

  seek(to) {
    this.audio.currentTime = Math.min(Math.max(to, 0), this.length);
    this.show();
  }

  show() {
    const playing = !this.audio.paused && !this.audio.ended;
    const now = Math.min(this.audio.currentTime, this.length);
    const part = this.length ? now / this.length : 0;
    this.icon.setAttribute("d", playing ? ICONS.pause : ICONS.play);
    this.button.setAttribute("aria-pressed", String(playing));
    this.button.setAttribute("aria-label", `Play ${this.called}`);
    this.done.setAttribute("width", String(440 * part));
    this.head.setAttribute("d", now > 0 ? `M${440 * part} 0V40` : "");
    this.slider.setAttribute("aria-valuenow", String(Math.round(now)));
    this.slider.setAttribute("aria-valuetext", `${clock(now)} of ${clock(this.length)}`);
    const told = now > 0 ? `${clock(now)} / ${clock(this.length)}` : clock(this.length);
    this.querySelector(".long").textContent = told;
  }

  #fail() {
    this.querySelector(".long").textContent = "This cannot be played just now. Reload the page and try again.";
  }
}

customElements.define("demo-player", DemoPlayer);
