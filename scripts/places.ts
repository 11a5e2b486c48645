// Describes a running VS Code as plain data, so that other processes can open windows in it.

export type Settings = Readonly<Record<string, unknown>>;

interface Folders {
  /** The workspace: a copy, so that tests do not change the repository. */
  readonly folder: string;
  readonly data: string;
  readonly extensions: string;
  /** Where Rivulet is loaded from if it was not installed from a VSIX. */
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
  /** Loads a copy of the build, so that the next build does not replace files that open windows use. */
  readonly frozen?: boolean;
  /** For in-host tests: windows can be told to load and test an extension, but show no pop-up messages. */
  readonly driven?: boolean;
  /** The folder of another extension to load. */
  readonly beside?: string;
  /** Keeps running without a window. */
  readonly lasting?: boolean;
  readonly port?: number;
  readonly trusted?: boolean;
}

export interface OwnPlace extends AsyncDisposable {
  readonly place: Place;
  /** Settles when VS Code exits. */
  readonly ended: Promise<unknown>;
}
