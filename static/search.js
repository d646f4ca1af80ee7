import "./complete.js";
// The results follow what is chosen, without the page going away; without this the form does it.
const found = () => document.getElementById("found");
let asked = 0;

async function show(address, push) {
  const mine = ++asked;
  found().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const next = page.getElementById("found");
    const focus = document.activeElement;
    const at = focus && found().contains(focus) && { id: focus.id, name: focus.name, value: focus.value };
    // A choice is found again by what it says: chosen, it is the one that gives it up.
    const said = at && focus.matches(".filters li button") && focus.textContent;
    // What is being typed meanwhile is newer than the answer.
    const typed = push && at && focus.matches("input:not([type=checkbox])") && focus.value;
    const open = found().querySelector("details")?.open;
    found().replaceWith(next);
    if (open !== undefined && next.querySelector("details")) next.querySelector("details").open = open;
    document.title = page.title;
    if (push) history.pushState(null, "", address);
    if (at) {
      const again = at.id
        ? document.getElementById(at.id)
        : [...next.querySelectorAll("[name]")].find((one) =>
            said ? one.textContent === said : one.name === at.name && one.value === at.value);
      if (again && typed !== false && again.value !== typed) again.value = typed;
      again?.focus({ preventScroll: true });
    }
  } catch {
    location.assign(address);
  }
}

// Only what says something goes into the address: not a currency of no amount, nor the usual order.
const needs = { zone: "date", currency: "max", km: "place" };
function address(form, button) {
  const all = new FormData(form);
  if (button?.name === "without") all.delete(button.value);
  else if (button?.name) all.set(button.name, button.value);
  const said = [...all].filter(([name, value]) =>
    value !== "" && !(name in needs && !all.get(needs[name])) && !(name === "sort" && value === "best"));
  if (!said.length) return form.action;
  return form.action + "?" + new URLSearchParams(said);
}

if (found()) {
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "find") return;
    event.preventDefault();
    show(address(event.target, event.submitter), true);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.id !== "find") return;
    show(address(form), true);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#found .filters a, #found .pager a, #found .empty .hit");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href, true);
  });
  addEventListener("popstate", () => show(location.href, false));
}
