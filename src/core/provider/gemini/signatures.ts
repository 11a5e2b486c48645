/** Data of a part kept for the next request: its signature and where it belongs. */

/** JSON, so that it can be kept anywhere. */
export type Kept =
  /** Of the call that follows. */
  | { readonly on: 'call'; readonly thoughtSignature: string }
  /** Of the text that came before; `text` is what the part held, often nothing. */
  | { readonly on: 'text'; readonly thoughtSignature: string; readonly text: string }
  /** Of a thought, which goes back whole. */
  | { readonly on: 'thought'; readonly thoughtSignature: string; readonly text: string }
  /** For the rest of an answer that the server has paused. */
  | { readonly on: 'pause'; readonly continuationToken: string };

export function keptIn(opaque: unknown): Kept | undefined {
  const on = typeof opaque === 'object' && opaque !== null && 'on' in opaque ? opaque.on : undefined;
  return on === 'call' || on === 'text' || on === 'thought' || on === 'pause' ? (opaque as Kept) : undefined;
}
