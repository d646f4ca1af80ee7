// <thread-log data-live="…" data-read="…">: a conversation as it goes on. What is written appears in
// place, and what was seen is marked read. Only a page that is looked at keeps a line open: the other
// side hears by mail else. Without this module the page is read again.

const RESTS = 30000;

class ThreadLog extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.live) return;
    this.list = this.querySelector("ol");
    this.state = this.querySelector("#live-state");
    this.last = Number(this.dataset.last);
    this.seen = Number(this.dataset.seen);
    document.addEventListener("visibilitychange", () => this.look());
    this.look();
  }

  look() {
    if (document.visibilityState !== "visible") return this.close();
    if (!this.source) this.open();
    this.markRead();
  }

  close() {
    clearTimeout(this.later);
    this.source?.close();
    this.source = null;
  }

  open() {
    const source = new EventSource(`${this.dataset.live}?since=${this.last}`);
    this.source = source;
    source.addEventListener("open", () => this.state.textContent = "");
    source.addEventListener("message", (event) => this.add(event));
    source.addEventListener("read", (event) => this.mark(JSON.parse(event.data)));
    source.addEventListener("shown", () => this.readAgain());
    source.addEventListener("error", () => {
      this.state.textContent = "Not connected just now: what is written appears once we are again.";
      // The browser tries by itself, unless it was refused.
      if (source.readyState !== EventSource.CLOSED) return;
      this.close();
      this.later = setTimeout(() => this.look(), RESTS);
    });
  }

  add(event) {
    const id = Number(event.lastEventId);
    this.last = Math.max(this.last, id);
    if (document.getElementById(`m${id}`)) return;
    document.getElementById("nothing-yet")?.remove();
    this.list.insertAdjacentHTML("beforeend", event.data);
    for (const field of document.querySelectorAll("input[name=seen]")) field.value = this.last;
    this.markRead();
  }

  mark({ message, told }) {
    const below = document.getElementById(`m${message}`);
    if (!below) return;
    const mark = document.getElementById("read-mark") ?? document.createElement("li");
    mark.id = "read-mark";
    mark.className = "mark hint";
    mark.textContent = told;
    below.after(mark);
  }

  // The last that the other side wrote.
  get heard() {
    const theirs = this.list.querySelectorAll("li[id^=m]:not(.own)");
    return Number(theirs[theirs.length - 1]?.id.slice(1) ?? 0);
  }

  async markRead() {
    const heard = this.heard;
    if (heard <= this.seen || document.visibilityState !== "visible") return;
    const before = this.seen;
    this.seen = heard;
    const sent = await fetch(this.dataset.read, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ up_to: heard }),
    }).then((answer) => answer.ok, () => false);
    if (sent) document.getElementById("mark-read")?.remove();
    else this.seen = before;
  }

  // What was read before reads otherwise now: nothing is hidden any more.
  async readAgain() {
    const answer = await fetch(location.pathname).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["messages", "hiding"]) {
      const now = page.getElementById(id);
      if (now) document.getElementById(id)?.replaceChildren(...now.childNodes);
    }
  }
}

customElements.define("thread-log", ThreadLog);
