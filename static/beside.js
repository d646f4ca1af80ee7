// Files that go with a form, sent the moment they are chosen and kept beside it: one sees how far each
// is, and a form that comes back with faults has them still. Without this they are sent by a button.

const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

class FilesBeside extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector("ul");
    this.field = this.input.closest(".field");
    this.querySelector("button").parentElement.hidden = true;
    this.bar = document.createElement("progress");
    this.bar.hidden = true;
    this.bar.setAttribute("aria-label", "How much of the file is sent");
    this.said = document.createElement("p");
    this.said.className = "meta";
    this.said.setAttribute("role", "status");
    this.append(this.bar, this.said);
    this.waiting = [];
    this.input.addEventListener("change", () => this.#take());
    // What was chosen before this ran, or came back with the page.
    if (this.input.files.length) this.#take();
    // What is sent before its files are here goes once they are.
    this.form.addEventListener("submit", (event) => {
      if (!this.sending) return;
      event.preventDefault();
      this.then = event.submitter;
      this.said.textContent = "The form goes once the files are here.";
    });
  }

  #take() {
    this.#unmark();
    this.waiting.push(...this.input.files);
    this.input.value = "";
    if (!this.sending) this.#next();
  }

  #next() {
    const file = this.waiting.shift();
    this.sending = Boolean(file);
    this.bar.hidden = !file;
    if (file) return this.#send(file);
    const submitter = this.then;
    this.then = null;
    if (submitter && !this.faulty) this.form.requestSubmit(submitter);
  }

  #send(file) {
    const most = Number(this.dataset.most);
    if (file.size > most)
      return this.#refuse(`File “${file.name}” is ${megabytes(file.size)} MB, and at most ${megabytes(most)} MB fit.`);
    const body = new FormData();
    body.append("form_key", this.form.elements.form_key.value);
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", this.dataset.to);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => this.#tell(file, loaded, total));
    request.addEventListener("load", () => {
      if (request.status === 201) return this.#show(file, request.response.items);
      if (request.status === 401) return location.assign("/sign-in?next=" + encodeURIComponent(this.dataset.form));
      const problem = request.response;
      const faults = problem?.errors?.file?.map((fault) => `File ${fault}.`).join(" ");
      this.#refuse(faults ?? `“${file.name}” was not kept. ${problem?.detail ?? "Something went wrong on our side: choose it again."}`);
    });
    request.addEventListener("error", () =>
      this.#refuse(`“${file.name}” did not arrive: the line broke. Choose it again; nothing is there twice.`));
    this.#tell(file, 0, file.size || 1);
    request.send(body);
  }

  #tell(file, loaded, total) {
    this.bar.max = total;
    this.bar.value = loaded;
    const then = this.then ? " The form goes once the files are here." : "";
    this.said.textContent = `${file.name}: ${megabytes(loaded)} of ${megabytes(total)} MB sent.${then}`;
  }

  // The list as the page itself would have it; what was ticked to be left out stays so.
  #show(file, items) {
    const ticked = new Set([...this.list.querySelectorAll("input:checked")].map((one) => one.value));
    this.list.replaceChildren(...items.map((item) => {
      const line = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = item.name;
      const told = document.createElement("span");
      told.className = "hint";
      told.textContent = `${item.kind}, ${item.bytes < 1e6 ? `${Math.ceil(item.bytes / 1000)} kB` : `${(item.bytes / 1e6).toFixed(1)} MB`}`;
      const choice = document.createElement("div");
      choice.className = "choice";
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", id: `leave_out-${item.id}`, name: "leave_out", value: item.id, checked: ticked.has(`${item.id}`) });
      const label = document.createElement("label");
      label.htmlFor = box.id;
      label.textContent = "Leave it out";
      choice.append(box, label);
      line.append(name, " ", told, " ", choice);
      return line;
    }));
    this.said.textContent = `${file.name} is here, and goes with the call.`;
    this.#next();
  }

  // A fault at its field, as the page itself would have it; the field is described by it already.
  #refuse(told) {
    this.faulty = true;
    let fault = this.field.querySelector(".err");
    if (!fault) {
      fault = document.createElement("p");
      fault.className = "err";
      fault.id = "file-error";
      fault.setAttribute("role", "alert");
      this.input.before(fault);
    }
    fault.textContent = `${fault.textContent} ${told}`.trim();
    this.field.classList.add("bad");
    this.input.setAttribute("aria-invalid", "true");
    this.said.textContent = "";
    this.#next();
  }

  #unmark() {
    this.faulty = false;
    this.field.querySelectorAll(".err").forEach((one) => one.remove());
    this.field.classList.remove("bad");
    this.input.removeAttribute("aria-invalid");
  }
}

customElements.define("files-beside", FilesBeside);
