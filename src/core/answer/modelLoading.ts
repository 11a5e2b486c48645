/** Reports that a server is loading the model, if the server says so and stays silent for a while. */
import type { Clock } from '../request/clock.ts';

/** By this time a loaded model has sent its first text, or at least response headers. */
const silentMs = 1_500;

/**
 * @param isLoading whether the model was not in the server's memory when the request was made
 * @param tell called once at most, and not after the answer has begun
 */
export async function tellLoading<T>(
  opening: Promise<T>,
  isLoading: Promise<boolean> | undefined,
  clock: Clock,
  tell: () => void,
): Promise<T> {
  if (isLoading === undefined) return opening;
  let isOpen = false;
  let isSilent = false;
  let loads = false;
  const look = (): void => {
    if (!isOpen && isSilent && loads) tell();
  };
  const cancel = clock.timer(silentMs, () => {
    isSilent = true;
    look();
  });
  void isLoading.then((answer) => {
    loads = answer;
    look();
  });
  try {
    return await opening;
  } finally {
    isOpen = true;
    cancel();
  }
}
