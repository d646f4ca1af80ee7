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
    const open = found().querySelector("details")?.open;
    found().replaceWith(next);
    if (open !== undefined && next.querySelector("details")) next.querySelector("details").open = open;
    document.title = page.title;
    if (push) history.pushState(null, "", address);
    if (at) {
      const again = at.id
        ? document.getElementById(at.id)
        : [...next.querySelectorAll("[name]")].find((one) => one.name === at.name && one.value === at.value);
      again?.focus({ preventScroll: true });
    }
  } catch {
    location.assign(address);
  }
}

// Only what says something goes into the address.
function address(form) {
  const said = [...new FormData(form)].filter(([, value]) => value !== "");
  return form.action + "?" + new URLSearchParams(said);
}

if (found()) {
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "find") return;
    event.preventDefault();
    show(address(event.target), true);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.id !== "find") return;
    show(address(form), true);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#found a.opt, #found .empty .hit");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href, true);
  });
  addEventListener("popstate", () => show(location.href, false));
}
