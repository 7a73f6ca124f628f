/**
 * The message box: completes `/release …`, and hands what is sent to `send`, with what gives the text
 * back when it could not be sent.
 */
export function startComposer(send) {
  const form = document.getElementById("composer-form");
  const input = document.getElementById("composer");
  const list = document.getElementById("commands");
  const options = [...list.children];
  let chosen = -1;

  function visible() {
    return [...list.children].filter((option) => !option.hidden);
  }

  function choose(index) {
    chosen = index;
    for (const [at, option] of visible().entries()) {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    }
    const id = visible()[index]?.id;
    if (id === undefined) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", id);
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    choose(-1);
  }

  function suggest() {
    const typed = input.value.trimStart();
    const matches = new Map(options.map((option) => [option, match(typed, option.dataset.usage)]));
    for (const [option, found] of matches) option.hidden = found === null;
    // What is typed literally comes before what could stand for anything.
    list.append(...options.toSorted((one, other) => matches.get(one) - matches.get(other)));
    show(typed.startsWith("/") && visible().length > 0);
  }

  /** Fills in a command up to the first word that somebody must choose, which is selected. */
  function fill(usage) {
    const plain = usage.replace(/ \[[^\]]*\]/g, "");
    input.value = plain;
    input.focus();
    show(false);
    const gap = /[A-Z]{3,}/.exec(plain);
    if (gap !== null) input.setSelectionRange(gap.index, gap.index + gap[0].length);
  }

  input.addEventListener("input", suggest);
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const count = visible().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose((Math.max(chosen, step === 1 ? -1 : 0) + step + count) % count);
    } else if (event.key === "Escape") {
      show(false);
    } else if ((event.key === "Tab" || event.key === "Enter") && chosen >= 0) {
      event.preventDefault();
      fill(visible()[chosen].dataset.usage);
    }
  });
  // Before the click would take the focus from the input.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option !== null) fill(option.dataset.usage);
  });
  for (const hint of document.querySelectorAll("[data-fill]")) {
    hint.addEventListener("click", () => {
      input.value = hint.dataset.fill;
      input.focus();
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "" || form.getAttribute("aria-busy") === "true") return;
    show(false);
    input.value = "";
    send(text, () => {
      if (input.value === "") input.value = text;
    });
  });
}

/**
 * How many of the words typed so far only stand where a command takes any word; null when this cannot
 * become that command.
 */
function match(typed, usage) {
  const words = typed.split(/\s+/);
  const wanted = usage.split(" ");
  if (words.length > wanted.length) return null;
  let standing = 0;
  for (const [index, word] of words.entries()) {
    const isLast = index === words.length - 1;
    const isAny = /^[A-Z]+$/.test(wanted[index]);
    if (isAny && word !== "") standing += 1;
    else if (!isAny && !(isLast ? wanted[index].startsWith(word) : wanted[index] === word)) {
      return null;
    }
  }
  return standing;
}
