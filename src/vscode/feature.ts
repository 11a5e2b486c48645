/** A feature as seen by the rest of the extension: its commands and its disposal. */
export interface Feature {
  readonly commands: CommandTable;
  dispose(): void;
}

/** Commands by name without `rivulet.`. Menus pass arguments of their own, so check arguments before use. */
export type CommandTable = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;
