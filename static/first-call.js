// Small things that pages do better with a script. Each page works without.

// The zone of whoever signs up, where nobody chose one yet.
const zone = document.querySelector("[data-own-zone] select");
if (zone) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zone.options].some((option) => option.value === own)) zone.value = own;
}

// A player goes on the reader's own list, or off it, without the page going away.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".keep-one")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const { line, musician } = form.dataset;
  const answer = await fetch("/api/v1/favourites" + (line ? `/${line}` : ""), {
    method: line ? "DELETE" : "POST",
    headers: { "content-type": "application/json" },
    body: line ? undefined : JSON.stringify({ musician }),
  }).catch(() => null);
  button.removeAttribute("aria-busy");
  // Whatever it is, the page says it better.
  if (!answer?.ok) return HTMLFormElement.prototype.submit.call(form);
  if (line) delete form.dataset.line;
  else form.dataset.line = (await answer.json()).id;
  const kept = Boolean(form.dataset.line);
  button.setAttribute("aria-pressed", kept);
  form.action = kept ? `/favourites/${form.dataset.line}/remove` : "/favourites";
});
