/**
 * The item at a place that is there.
 *
 * @throws Error when it is not: the caller reckoned wrong
 */
export function itemAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${index} of ${items.length}`);
  return item;
}
