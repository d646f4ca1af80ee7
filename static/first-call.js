// Small things that pages do better with a script. Each page works without.

// The zone of whoever signs up, where nobody chose one yet.
const zone = document.querySelector("[data-own-zone] select");
if (zone) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zone.options].some((option) => option.value === own)) zone.value = own;
}

// A player goes on the reader's own list, or off it, without the page going away.
document.addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  if (form.id !== "keep" || !button || button.dataset.plainly) return;
  event.preventDefault();
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const line = button.getAttribute("formaction")?.split("/")[2];
  const answer = await fetch("/api/v1/favourites" + (line ? `/${line}` : ""), {
    method: line ? "DELETE" : "POST",
    headers: { "content-type": "application/json" },
    body: line ? undefined : JSON.stringify({ musician: button.value }),
  }).catch(() => null);
  button.removeAttribute("aria-busy");
  // Whatever it is, the page says it better.
  if (!answer?.ok) {
    button.dataset.plainly = true;
    return form.requestSubmit(button);
  }
  if (line) button.removeAttribute("formaction");
  else button.setAttribute("formaction", `/favourites/${(await answer.json()).id}/remove`);
  button.setAttribute("aria-pressed", !line);
});
