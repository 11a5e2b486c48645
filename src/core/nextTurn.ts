/** Gives other work its turn between two steps of long work. */

/** Resolves in the next turn of the event loop, whatever the engine's clock says. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
