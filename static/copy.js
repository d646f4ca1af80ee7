// <fc-copy><input readonly value="…"></fc-copy>
// A button that copies what stands in the field; without this it is marked and copied by hand.

class Copy extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input");
    if (!field || this.querySelector("button") || !navigator.clipboard) return;
    const button = document.createElement("button");
    const told = document.createElement("span");
    button.type = "button";
    button.className = "btn";
    button.textContent = "Copy";
    told.setAttribute("role", "status");
    told.className = "hint";
    this.append(button, told);
    field.addEventListener("focus", () => field.select());
    button.addEventListener("click", async () => {
      const copied = await navigator.clipboard.writeText(field.value).then(() => true, () => false);
      told.textContent = copied ? "Copied" : "Not copied: mark the address and copy it by hand";
      if (!copied) field.focus();
    });
  }
}

customElements.define("fc-copy", Copy);
