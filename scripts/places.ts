// A VS Code to open windows in, as plain data: the process that starts it and those that use it can be different ones.

export type Settings = Readonly<Record<string, unknown>>;

interface Folders {
  /** The workspace: a copy, so that what is written in the window stays out of the repository. */
  readonly folder: string;
  readonly data: string;
  readonly extensions: string;
  /** Where Rivulet is loaded from, when it was not installed from a VSIX. */
  readonly development?: string;
}
export type Place = Folders &
  (
    | { readonly kind: 'server'; readonly address: string; readonly processGroup: number }
    | { readonly kind: 'desktop'; readonly executable: string }
  );

export interface PlaceOptions {
  readonly settings?: Settings;
  /** Installed from this file instead of loaded from the repository. */
  readonly vsix?: string;
  /** Loads a copy of the build, so that the next build does not pull the files from under open windows. */
  readonly frozen?: boolean;
  /** For in-host tests: windows can be told to load and test an extension, but show no pop-up messages. */
  readonly driven?: boolean;
  /** The folder of another extension that is there too. */
  readonly beside?: string;
  /** Goes on without any window. */
  readonly lasting?: boolean;
  readonly port?: number;
  readonly trusted?: boolean;
}

export interface OwnPlace extends AsyncDisposable {
  readonly place: Place;
  /** Settles when VS Code ends by itself. */
  readonly ended: Promise<unknown>;
}
