/** A feature as the rest of the extension sees it: its commands, and how to end it. */
export interface Feature {
  readonly commands: CommandTable;
  dispose(): void;
}

/** Command names without `rivulet.`, and what each runs. A menu passes an argument of its own, so an argument is checked before it is used. */
export type CommandTable = Readonly<Record<string, (argument?: unknown) => unknown>>;
