// An error whose message explains everything: the task prints it without a stack and ends with exit code 1.

export class Explained extends Error {
  override readonly name = 'Explained';
}

/** Runs a task and sets the exit code. Other errors are bugs and are printed with their stack. */
export async function runTask(task: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await task()) ?? 0;
  } catch (error) {
    console.error(error instanceof Explained ? error.message : error);
    process.exitCode = 1;
  }
}
