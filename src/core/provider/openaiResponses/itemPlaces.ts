/** Finds the item that an event belongs to: by its index, or by its id if a gateway leaves the index out. */

export class ItemPlaces {
  readonly #byId = new Map<string, number>();
  #hasIndex = false;
  #next = 0;

  /** @param begins the event announces an item */
  of(index: unknown, id: string, begins = false): number {
    if (typeof index === 'number') {
      this.#hasIndex = true;
      this.#next = Math.max(this.#next, index + 1);
      return index;
    }
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    // Without either it is the item that came last.
    if (id === '' && !begins) return Math.max(0, this.#next - 1);
    if (id !== '') this.#byId.set(id, this.#next);
    return this.#next++;
  }

  /** Of an item in the list that the last event repeats. */
  inList(position: number, id: string): number {
    return this.#hasIndex ? position : (this.#byId.get(id) ?? position);
  }
}
