/** Resolves in the next turn of the event loop, so that other work is done between two steps of long work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
