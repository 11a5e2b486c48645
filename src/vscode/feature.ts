/** A feature as the rest of the extension sees it: its commands, and how to end it. */
export interface Feature {
  readonly commands: CommandTable;
  dispose(): void;
}

/** Command names without `rivulet.`, and what each runs. A menu passes its own argument, so check the argument before using it. */
export type CommandTable = Readonly<Record<string, (argument?: unknown) => unknown>>;
