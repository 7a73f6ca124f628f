/** Markup that each region, or each item of a list of messages, was made of. */
const shown = new WeakMap();

/** Makes a region show this markup. Focus stays on what it was on, when that is still there. */
export function syncRegion(region, markup) {
  if (shown.get(region) === markup) return;
  shown.set(region, markup);
  keepFocus(region, () => {
    region.innerHTML = markup;
  });
}

/**
 * The same for a list whose items have ids: only those that differ are replaced. Calls `onNews` with each
 * item that is new or different, and whether it is new.
 */
export function syncList(list, markup, onNews) {
  if (shown.get(list) === markup) return;
  const isFirst = !shown.has(list);
  shown.set(list, markup);
  const template = document.createElement("template");
  template.innerHTML = markup;
  keepFocus(list, () => {
    const wanted = [...template.content.children];
    const ids = new Set(wanted.map((item) => item.id));
    for (const item of [...list.children]) if (!ids.has(item.id)) item.remove();
    let place = list.firstElementChild;
    for (const item of wanted) {
      const text = item.outerHTML;
      const present = place?.id === item.id ? place : null;
      if (present === null) {
        list.insertBefore(item, place);
        if (!isFirst) onNews(item, true);
      } else {
        place = present.nextElementSibling;
        if ((shown.get(present) ?? present.outerHTML) === text) continue;
        present.replaceWith(item);
        if (!isFirst) onNews(item, false);
      }
      shown.set(item, text);
    }
    while (place !== null) {
      const next = place.nextElementSibling;
      place.remove();
      place = next;
    }
  });
}

function keepFocus(region, change) {
  const focused = document.activeElement;
  const inside = focused !== null && focused !== region && region.contains(focused);
  const key = inside ? focused.dataset.focus : undefined;
  const item = inside ? focused.closest("li[id]")?.id : undefined;
  change();
  if (!inside || document.contains(focused)) return;
  const again =
    [...region.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === key) ??
    (item === undefined ? null : document.getElementById(item));
  again?.focus({ preventScroll: true });
}
