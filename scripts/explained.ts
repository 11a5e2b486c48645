// An error whose message is all a person needs: a task that meets one prints the sentence and ends with exit code 1.

export class Explained extends Error {
  override readonly name = 'Explained';
}

/** Runs a task to its exit code. Other errors are our mistakes and keep their stack. */
export async function runTask(task: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await task()) ?? 0;
  } catch (error) {
    console.error(error instanceof Explained ? error.message : error);
    process.exitCode = 1;
  }
}
