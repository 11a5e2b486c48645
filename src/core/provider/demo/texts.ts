/** The texts of the demo in one language, and the code it shows in each. */
export interface DemoTexts {
  /** Stands above the question. */
  readonly asked: string;
  /** @param word an unknown slash command; empty for a question without one */
  readonly tour: (word: string) => string;
  readonly code: string;
  readonly drop: string;
  readonly stall: string;
  readonly slow: string;
  /** Shown after a wait requested by the server. */
  readonly waited: string;
  readonly busy: (seconds: number) => string;
  /** One page of a long answer. */
  readonly page: (page: number) => string;
}

export const sampleCode = `export async function firstOf<T>(candidates: readonly Promise<T>[], ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([...candidates, late]);
  } finally {
    clearTimeout(timer);
  }
}`;
