// Small things that pages do better with a script. Each page works without.

// The zone of whoever signs up, where nobody chose one yet.
const zone = document.querySelector("[data-own-zone] select");
if (zone) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zone.options].some((option) => option.value === own)) zone.value = own;
}
