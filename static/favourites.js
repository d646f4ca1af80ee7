// The list of favourites: lines move by Alt and an arrow key, or by dragging. Without this, by buttons.
const list = document.querySelector(".keeps");

const lines = () => [...list.querySelectorAll(".keep")];
const showGrips = () => list.querySelectorAll(".grip").forEach((grip) => (grip.hidden = false));
const say = (words) => (document.getElementById("moved").textContent = words);

// One change after the other, each with the version the one before it made.
let last = Promise.resolve();
const keepOrder = () => (last = last.then(sendOrder));

async function sendOrder() {
  const ids = lines().map((line) => Number(line.dataset.id));
  const answer = await fetch("/api/v1/favourites/order", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ version: Number(list.dataset.version), ids }),
  }).catch(() => null);
  if (!answer?.ok) return showAnew(answer);
  const { version } = await answer.json();
  list.dataset.version = version;
  for (const field of list.querySelectorAll("input[name=version]")) field.value = version;
}

// The list as it stands, and why it is not as it was put.
async function showAnew(refusal) {
  const problem = await refusal?.json().catch(() => null);
  const page = await fetch("/favourites").then((answer) => answer.text());
  const now = new DOMParser().parseFromString(page, "text/html").querySelector(".keeps");
  if (!now) return location.reload();
  list.replaceChildren(...now.children);
  list.dataset.version = now.dataset.version;
  showGrips();
  say(problem?.detail ?? "The order could not be kept. This is how the list stands.");
  document.getElementById("moved").className = "notice now more";
}

function moved(line) {
  const all = lines();
  say(`${line.dataset.name}: ${all.indexOf(line) + 1} of ${all.length}.`);
  keepOrder();
}

function start() {
  document.getElementById("how-to-move").hidden = false;
  showGrips();

  list.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const line = event.target.closest(".keep");
    if (!line || event.target.matches("textarea")) return;
    event.preventDefault();
    const up = event.key === "ArrowUp";
    const other = up ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    const focus = document.activeElement;
    if (up) other.before(line);
    else other.after(line);
    focus.focus();
    line.scrollIntoView({ block: "nearest" });
    moved(line);
  });

  let held = null;
  list.addEventListener("dragstart", (event) => {
    if (!event.target.matches?.(".grip")) return;
    held = event.target.closest(".keep");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.name);
    event.dataTransfer.setDragImage(held, 0, 0);
    held.classList.add("held");
  });
  list.addEventListener("dragover", (event) => {
    const line = event.target.closest(".keep");
    if (!held || !line) return;
    event.preventDefault();
    if (line === held) return;
    const box = line.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) line.before(held);
    else line.after(held);
  });
  list.addEventListener("dragend", () => {
    if (!held) return;
    held.classList.remove("held");
    moved(held);
    held = null;
  });
}

if (list) start();
