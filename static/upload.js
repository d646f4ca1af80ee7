// A form with a file, sent so that one sees how far it is. What is refused is told above the form,
// and everything that was typed and chosen stays. Without it the form is sent as any other.

const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

class FileUpload extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.button = this.form.querySelector("button:not([type=button])");
    this.bar = document.createElement("progress");
    this.said = document.createElement("p");
    this.said.className = "meta";
    this.said.setAttribute("role", "status");
    this.bar.hidden = true;
    this.bar.setAttribute("aria-label", "How much of the file is sent");
    this.form.append(this.bar, this.said);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.request) this.send();
    });
    const file = this.form.elements.file;
    const title = this.form.elements.title;
    file.addEventListener("change", () => {
      const name = file.files[0]?.name.replace(/\.[^.]*$/, "").replace(/[_\s]+/g, " ").trim();
      if (title && name && !title.value.trim()) title.value = name.slice(0, 100);
    });
  }

  send() {
    const files = [...this.form.elements.file.files];
    const large = files.find((file) => file.size > Number(this.dataset.most));
    if (large)
      return this.refuse({ errors: { file: [`is ${megabytes(large.size)} MB, and at most ${megabytes(this.dataset.most)} MB fit`] } });
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", this.dataset.to);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => this.tell(event.loaded, event.total));
    request.upload.addEventListener("load", () => {
      this.bar.removeAttribute("value");
      this.said.textContent = this.dataset.sent ?? "All of it is here, and is being decoded.";
    });
    request.addEventListener("load", () => this.end(request));
    request.addEventListener("error", () =>
      this.refuse({ detail: "The line broke before all of it was sent. Send it again: nothing is there twice." }));
    this.#unmark();
    this.button.disabled = true;
    this.bar.hidden = false;
    this.tell(0, files.reduce((sum, file) => sum + file.size, 0) || 1);
    request.send(new FormData(this.form));
  }

  tell(loaded, total) {
    this.bar.max = total;
    this.bar.value = loaded;
    this.said.textContent = `${megabytes(loaded)} of ${megabytes(total)} MB sent.`;
  }

  end(request) {
    const answer = request.response;
    if ((request.status === 201 || request.status === 200) && answer) location.assign(this.dataset.then + answer.id);
    else if (request.status === 401) location.assign("/sign-in?next=" + encodeURIComponent(location.pathname));
    else this.refuse(answer ?? {});
  }

  // A fault at its field, as the page itself would have it; the field is described by it already.
  #mark(field, told) {
    const input = this.form.elements[field];
    const fault = document.createElement("p");
    fault.className = "err";
    fault.id = `${field}-error`;
    fault.textContent = `${told}.`;
    input?.setAttribute("aria-invalid", "true");
    input?.closest(".field")?.classList.add("bad");
    input?.before(fault);
  }

  #unmark() {
    this.querySelectorAll("#faults, .err").forEach((one) => one.remove());
    this.querySelectorAll(".bad").forEach((one) => one.classList.remove("bad"));
    this.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  }

  // The list above the form, as the page itself would have it.
  refuse(problem) {
    this.request = null;
    this.button.disabled = false;
    this.bar.hidden = true;
    this.said.textContent = "";
    this.#unmark();
    const notice = document.createElement("div");
    notice.id = "faults";
    notice.className = "notice now";
    notice.tabIndex = -1;
    notice.setAttribute("role", "alert");
    const heading = document.createElement("h2");
    const faults = Object.entries(problem.errors ?? {});
    heading.textContent = faults.length ? "Nothing was added yet: put this right first"
      : problem.detail ?? "Something went wrong on our side. Nothing was added; try again.";
    const list = document.createElement("ul");
    for (const [field, texts] of faults) for (const text of texts) {
      const link = document.createElement("a");
      link.href = `#${field}`;
      link.textContent = `${this.querySelector(`label[for=${field}]`)?.textContent ?? field} ${text}`;
      this.#mark(field, link.textContent);
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    notice.append(heading, list);
    this.form.before(notice);
    notice.focus();
  }
}

customElements.define("file-upload", FileUpload);
