/** A feature as the rest of the extension sees it: its commands, and how to end it. */
export interface Feature {
  readonly commands: CommandTable;
  dispose(): void;
}

/** Command names without `rivulet.`, and what each runs. A menu passes arguments of its own, so check them before using them. */
export type CommandTable = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
