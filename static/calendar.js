// <fc-week> holds lines of days, `.line[data-day]`, and the form `#stretch`. A stretch dragged along a
// line, or marked on it with Enter and the arrow keys, goes into the form, which comes to that line.
// The form works without this.
const STEP = 15;
const DAY = 1440;
const SVG = "http://www.w3.org/2000/svg";

const clock = (minute) =>
  `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

class Week extends HTMLElement {
  #form;
  #told;
  #mark = null; // { line, from, to, isOn }

  connectedCallback() {
    this.#form = this.querySelector("#stretch");
    if (!this.#form || this.#told) return;
    this.#told = document.createElement("p");
    this.#told.className = "vh";
    this.#told.setAttribute("role", "status");
    this.append(this.#told);
    this.#form.querySelector("#s-how span").hidden = false;
    for (const line of this.querySelectorAll(".line[data-day]")) {
      line.tabIndex = 0;
      line.setAttribute("role", "group");
      line.setAttribute("aria-label", line.querySelector("svg").getAttribute("aria-label"));
      line.setAttribute("aria-describedby", "s-how");
      line.addEventListener("pointerdown", (event) => this.#begin(event, line));
      line.addEventListener("keydown", (event) => this.#key(event, line));
    }
  }

  #minute(event, line) {
    const box = line.querySelector("svg").getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return Math.round((part * DAY) / STEP) * STEP;
  }

  #begin(event, line) {
    if (event.button !== 0) return;
    const from = this.#minute(event, line);
    this.#mark = { line, from, to: from, isOn: true };
    line.setPointerCapture(event.pointerId);
    const move = (event) => {
      this.#mark.to = this.#minute(event, line);
      this.#draw();
    };
    const end = (event) => {
      line.removeEventListener("pointermove", move);
      line.removeEventListener("pointerup", end);
      line.removeEventListener("pointercancel", cancel);
      move(event);
      if (this.#mark.from === this.#mark.to) return this.#clear();
      this.#offer();
    };
    const cancel = () => {
      line.removeEventListener("pointermove", move);
      line.removeEventListener("pointerup", end);
      line.removeEventListener("pointercancel", cancel);
      this.#clear();
    };
    line.addEventListener("pointermove", move);
    line.addEventListener("pointerup", end);
    line.addEventListener("pointercancel", cancel);
  }

  #key(event, line) {
    if (event.target !== line) return;
    const mine = this.#mark?.line === line ? this.#mark : null;
    const steps = { ArrowLeft: -STEP, ArrowRight: STEP, ArrowUp: -60, ArrowDown: 60 }[event.key];
    if (event.key === "Enter") {
      if (mine?.isOn && mine.from !== mine.to) return this.#offer(), event.preventDefault();
      const from = mine ? mine.to : 9 * 60;
      this.#mark = { line, from, to: Math.min(DAY, from + 60), isOn: true };
    } else if (event.key === "Escape" && mine) {
      return this.#clear();
    } else if (steps && mine) {
      mine.to = Math.min(DAY, Math.max(0, mine.to + steps));
      if (event.shiftKey) mine.from = Math.min(DAY, Math.max(0, mine.from + steps));
    } else {
      return;
    }
    event.preventDefault();
    this.#draw();
    this.#say();
  }

  #span() {
    const { from, to } = this.#mark;
    return [Math.min(from, to), Math.max(from, to)];
  }

  #say() {
    const [from, to] = this.#span();
    this.#told.textContent = `${clock(from)} to ${to === DAY ? "24:00" : clock(to)}`;
  }

  #draw() {
    this.querySelectorAll(".mark").forEach((one) => one.remove());
    const [from, to] = this.#span();
    const rect = document.createElementNS(SVG, "rect");
    const set = (name, value) => rect.setAttribute(name, value);
    set("class", "want mark");
    set("x", from);
    set("y", 0);
    set("width", to - from);
    set("height", 24);
    this.#mark.line.querySelector("svg").append(rect);
  }

  #clear() {
    this.querySelectorAll(".mark").forEach((one) => one.remove());
    this.#mark = null;
    this.#told.textContent = "";
  }

  // Is the middle of the mark open? Then closing it is what is meant.
  #isOpen() {
    const [from, to] = this.#span();
    const middle = (from + to) / 2;
    return [...this.#mark.line.querySelectorAll("rect.open")].some((rect) => {
      const x = Number(rect.getAttribute("x"));
      return x <= middle && middle < x + Number(rect.getAttribute("width"));
    });
  }

  #offer() {
    const [from, to] = this.#span();
    const form = this.#form;
    form.elements.day.value = this.#mark.line.dataset.day;
    form.elements.from.value = clock(from);
    form.elements.to.value = clock(to);
    this.#mark.line.parentElement.append(form);
    this.#mark.isOn = false;
    this.#say();
    const meant = this.#isOpen() ? "close" : "open";
    form.querySelector(`button[formaction*="/${meant}"]`).focus();
  }
}

customElements.define("fc-week", Week);
