import { startComposer } from "./composer.js";
import { syncList, syncRegion } from "./sync.js";

const SHOW_TOAST = 6000;
/** Closer to the end than so many pixels is at the end. */
const AT_END = 60;

const body = document.body;
const modal = document.getElementById("modal");
const scroll = document.getElementById("scroll");
const toNewest = document.getElementById("to-newest");
const toast = document.getElementById("toast");
const spoken = document.getElementById("spoken");
const regions = new Map(
  [...document.querySelectorAll("[data-region]")].map((region) => [region.dataset.region, region]),
);
let asking = 0;
let hiding = 0;
let isAtEnd = true;
/** Who does what is done now: after a switch already the next person, although the page is still drawn for the one before. */
let acting = body.dataset.person;

/** Shows what this address shows now, as far as the server can be asked. */
function refresh() {
  ask().catch(() => say("The demo does not answer. Is it still running?"));
}

/** Of answers that overtake each other the last counts. */
async function ask() {
  asking += 1;
  const mine = asking;
  const response = await fetch(`/view${location.search}`);
  const view = await response.json();
  if (mine !== asking) return;
  const moved = view.person !== body.dataset.person || view.channel !== body.dataset.channel;
  document.title = view.title;
  body.dataset.person = view.person;
  acting = view.person;
  body.dataset.channel = view.channel;
  const { messages, thread, modal: dialog, ...rest } = view.regions;
  for (const [name, markup] of Object.entries(rest)) {
    if (name !== "world") syncRegion(regions.get(name), markup);
  }
  showMessages(messages, moved);
  showThread(thread);
  showModal(dialog);
}

function showMessages(markup, moved) {
  const list = regions.get("messages");
  if (moved) {
    syncRegion(list, markup);
    scrollToEnd();
    return;
  }
  let isNew = false;
  let answer = null;
  syncList(list, markup, (item, added) => {
    item.classList.add("arrived");
    if (item.dataset.say !== undefined) spoken.textContent = `Slipway: ${item.dataset.say}`;
    isNew ||= added;
    if (added && item.classList.contains("ephemeral")) answer = item;
  });
  if (isAtEnd) scrollToEnd();
  // What only this person is told answers what they have just done.
  else if (answer !== null) answer.scrollIntoView({ block: "nearest" });
  else if (isNew) toNewest.hidden = false;
}

function showThread(markup) {
  const thread = regions.get("thread");
  const wasOpen = thread.childElementCount > 0;
  syncRegion(thread, markup);
  if (!wasOpen && markup !== "") thread.querySelector(".close")?.focus({ preventScroll: true });
}

function showModal(markup) {
  if (markup === "") {
    if (modal.open) modal.close();
    syncRegion(modal, "");
    return;
  }
  syncRegion(modal, markup);
  if (!modal.open) modal.showModal();
}

function scrollToEnd() {
  scroll.scrollTop = scroll.scrollHeight;
  toNewest.hidden = true;
}

/** Tells the server what was done. Resolves to its answer. */
async function send(action, request) {
  try {
    const response = await fetch(`/do/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    const answer = await response.json();
    if (answer.kind === "problem") say(answer.message);
    return answer;
  } catch {
    say("The demo does not answer. Is it still running?");
    return { kind: "problem" };
  }
}

function say(text) {
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    toast.hidden = true;
  }, SHOW_TOAST);
}

/** `send` never rejects: what went wrong was said already. */
function whileBusy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  work().finally(() => button.removeAttribute("aria-busy"));
}

function go(address) {
  history.pushState(null, "", address);
  showPane("messages");
  refresh();
}

function showPane(pane) {
  body.dataset.pane = pane;
  for (const button of document.querySelectorAll("[data-pane-button]")) {
    button.setAttribute("aria-pressed", String(button.dataset.paneButton === pane));
  }
}

const CLICKS = {
  "a[data-nav]": (link, event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    acting = link.dataset.person ?? acting;
    go(link.href);
  },
  "[data-click]": (button) => {
    const { channel, ts, click } = button.dataset;
    whileBusy(button, () => send("click", { as: acting, channel, ts, button: click }));
  },
  "[data-job]": (button) => {
    whileBusy(button, () => send("job", { job: button.dataset.job }));
  },
  "[data-world]": (button) => {
    const { environment, component, world: change } = button.dataset;
    whileBusy(button, () => send("world", { environment, component, change }));
  },
  "[data-close-modal]": () => closeModal(),
  "[data-pane-button]": (button) => showPane(button.dataset.paneButton),
  "#to-newest": scrollToEnd,
  "#theme": () => {
    const dark =
      document.documentElement.dataset.theme ??
      (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    setTheme(dark === "dark" ? "light" : "dark");
  },
};

document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(CLICKS)) {
    const found = event.target.closest(selector);
    if (found !== null) return act(found, event);
  }
});

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
}

function closeModal() {
  const form = modal.querySelector("form");
  if (form !== null) whileBusy(form, () => send("close", { as: acting, view: form.dataset.modal }));
}

modal.addEventListener("cancel", (event) => {
  event.preventDefault();
  closeModal();
});
modal.addEventListener("submit", (event) => {
  event.preventDefault();
  submitModal(event.target);
});

function submitModal(form) {
  const typed = {};
  for (const field of form.querySelectorAll("[data-block]")) {
    const { block, action } = field.dataset;
    typed[block] = { ...typed[block], [action]: field.value };
  }
  whileBusy(form, async () => {
    const answer = await send("submit", { as: acting, view: form.dataset.modal, typed });
    showErrors(form, answer.kind === "errors" ? answer.errors : {});
  });
}

function showErrors(form, errors) {
  let first = null;
  for (const field of form.querySelectorAll("[data-block]")) {
    const message = errors[field.dataset.block];
    const line = document.getElementById(`${field.id}-error`);
    line.hidden = message === undefined;
    line.textContent = message ?? "";
    field.setAttribute("aria-invalid", String(message !== undefined));
    if (message !== undefined) first ??= field;
  }
  first?.focus();
}

scroll.addEventListener("scroll", () => {
  isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < AT_END;
  if (isAtEnd) toNewest.hidden = true;
});
// A picture that has come, or a window that was made narrower, moves the end away.
const sizes = new ResizeObserver(() => {
  if (isAtEnd) scrollToEnd();
});
for (const element of [scroll, regions.get("messages")]) sizes.observe(element);
addEventListener("popstate", refresh);

const theme = localStorage.getItem("theme");
if (theme !== null) document.documentElement.dataset.theme = theme;
startComposer((text, giveBack) => {
  whileBusy(document.getElementById("composer-form"), async () => {
    const answer = await send("command", { as: acting, channel: body.dataset.channel, text });
    if (answer.kind !== "done") giveBack();
  });
});
const events = new EventSource("/events");
// Also after the connection was lost: what happened meanwhile is asked for.
events.addEventListener("open", refresh);
events.addEventListener("slack", refresh);
events.addEventListener("world", ({ data }) => syncRegion(regions.get("world"), JSON.parse(data)));
scrollToEnd();
if (modal.childElementCount > 0) modal.showModal();
