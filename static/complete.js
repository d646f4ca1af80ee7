// <fc-complete src="/api/v1/places"><input name="place"></fc-complete>
// Offers what could be meant while somebody types: `src` is asked with `?q=` and answers a list of
// { value, told }; what is taken of the chosen one is its value, or with `take="told"` how it reads.
// The field stays a plain field without this. Keys: arrows, Enter, Escape.

let number = 0;

class Complete extends HTMLElement {
  #input;
  #list;
  #offers = [];
  #at = -1;
  #asked = 0;
  #wait;

  connectedCallback() {
    this.#input = this.querySelector("input");
    if (!this.#input || this.#list) return;
    this.#list = document.createElement("ul");
    this.#list.id = `offers-${++number}`;
    this.#list.role = "listbox";
    this.#list.hidden = true;
    this.append(this.#list);
    const set = (name, value) => this.#input.setAttribute(name, value);
    set("role", "combobox");
    set("autocomplete", "off");
    set("aria-autocomplete", "list");
    set("aria-expanded", "false");
    set("aria-controls", this.#list.id);
    this.#list.setAttribute("aria-label", this.#input.labels?.[0]?.textContent ?? "Offers");
    this.#input.addEventListener("input", (event) => event.isTrusted !== false && this.#ask());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("pointerdown", (event) => {
      const at = [...this.#list.children].indexOf(event.target.closest("li"));
      if (at < 0) return;
      event.preventDefault();
      this.#take(at);
    });
  }

  #ask() {
    clearTimeout(this.#wait);
    const typed = this.#input.value.trim();
    if (!typed) return this.#close();
    this.#wait = setTimeout(async () => {
      const mine = ++this.#asked;
      try {
        const answer = await fetch(`${this.getAttribute("src")}?q=${encodeURIComponent(typed)}`);
        if (!answer.ok || mine !== this.#asked || document.activeElement !== this.#input) return;
        this.#open(await answer.json());
      } catch {
        this.#close();
      }
    }, 120);
  }

  #open(offers) {
    this.#offers = offers;
    this.#at = -1;
    this.#list.replaceChildren(...offers.map((offer, n) => {
      const line = document.createElement("li");
      line.role = "option";
      line.id = `${this.#list.id}-${n}`;
      line.textContent = offer.told;
      return line;
    }));
    this.#list.hidden = offers.length === 0;
    this.#input.setAttribute("aria-expanded", String(offers.length > 0));
    this.#input.removeAttribute("aria-activedescendant");
  }

  #close() {
    clearTimeout(this.#wait);
    this.#asked++;
    this.#open([]);
  }

  #move(by) {
    const lines = this.#list.children;
    if (!lines.length) return;
    this.#at = (this.#at + by + lines.length + (this.#at < 0 && by < 0 ? 1 : 0)) % lines.length;
    [...lines].forEach((line, n) => line.setAttribute("aria-selected", String(n === this.#at)));
    this.#input.setAttribute("aria-activedescendant", lines[this.#at].id);
    lines[this.#at].scrollIntoView({ block: "nearest" });
  }

  #take(at) {
    this.#input.value = this.#offers[at][this.getAttribute("take") ?? "value"];
    this.#close();
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.#list.hidden) return;
      event.preventDefault();
      this.#move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && this.#at >= 0) {
      event.preventDefault();
      this.#take(this.#at);
    } else if (event.key === "Escape" && !this.#list.hidden) {
      event.preventDefault();
      this.#close();
    }
  }
}

customElements.define("fc-complete", Complete);
