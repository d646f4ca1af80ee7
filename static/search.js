import "./complete.js";
// The results follow what is chosen, without the page going away; without this the form does it.
const found = () => document.getElementById("found");
let asked = 0;

// How many there are, for who listens: what is said must not itself be replaced.
const heard = document.createElement("p");
heard.className = "vh";
heard.setAttribute("role", "status");
if (found()) document.body.append(heard);

// The same field or choice in the page that comes; a choice is found again by what it says: chosen,
// it is the one that gives it up. Without it, and after a link to other players, their heading.
function again(old, next) {
  const known = old.id && next.querySelector(`#${CSS.escape(old.id)}`);
  if (known) return known;
  const like = (one) => old.matches("a, button")
    ? one.textContent === old.textContent : one.name === old.name && one.value === old.value;
  const same = !old.matches("h2") && [...next.querySelectorAll(old.tagName)].find(like);
  if (same && !old.closest(".pager, .empty")) return same;
  const heading = next.querySelector(".listhead h2");
  if (heading) heading.tabIndex = -1;
  return heading;
}

async function show(address, push, form) {
  const mine = ++asked;
  const asking = document.activeElement;
  const sent = asking?.value;
  found().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const next = page.getElementById("found");
    const focus = document.activeElement;
    const isHere = focus && found().contains(focus);
    const to = isHere && again(focus, next);
    // What is being typed meanwhile is newer than the answer; what was sent is in it.
    const typed = push && isHere && focus.matches("input:not([type=checkbox])")
      && !(focus === asking && focus.value === sent) && focus.value;
    // What was not sent because it says nothing alone still stands where it was typed.
    for (const name of form ? Object.keys(needs) : []) {
      const will = next.querySelector(`[name=${name}]`);
      if (will && !address.includes(`${name}=`)) will.value = form.elements[name]?.value ?? will.value;
    }
    const open = found().querySelector("details")?.open;
    found().replaceWith(next);
    if (open !== undefined && next.querySelector("details")) next.querySelector("details").open = open;
    document.title = page.title;
    if (push) history.pushState(null, "", address);
    heard.textContent = next.querySelector(".listhead h2")?.textContent ?? "";
    if (to) {
      if (typed !== false && to.value !== typed) to.value = typed;
      to.focus({ preventScroll: !to.matches("h2") });
    }
  } catch {
    location.assign(address);
  }
}

// Only what says something goes into the address: not a currency of no amount, nor the usual order.
const needs = { zone: ["date", "hours"], currency: ["max"], km: ["place"] };
function address(form, button) {
  const all = new FormData(form);
  if (button?.name === "without") all.delete(button.value);
  else if (button?.name) all.set(button.name, button.value);
  const said = [...all].filter(([name, value]) =>
    value !== "" && !(name in needs && !needs[name].some((other) => all.get(other))) && !(name === "sort" && value === "best"));
  if (!said.length) return form.action;
  return form.action + "?" + new URLSearchParams(said);
}

if (found()) {
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "find") return;
    event.preventDefault();
    show(address(event.target, event.submitter), true, event.target);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.id !== "find") return;
    show(address(form), true, form);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#found .filters a, #found .pager a, #found .empty .hit");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href, true);
  });
  addEventListener("popstate", () => show(location.href, false));
}
