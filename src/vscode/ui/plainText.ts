/** Makes external text safe for VS Code's interface: it reads the same, but no part of it is a link or an icon. */

/** VS Code cuts a notification at this length; a label gains nothing from more. */
const maxLength = 1_000;
/** Invisible, and enough to keep VS Code from seeing a link or an icon. */
const zeroWidthSpace = '\u200B';

/**
 * One line, of a length that a label can have. VS Code reads `[label](command:…)` as a link and `$(name)` as an icon in
 * notifications, quick picks, status bar texts, dialogs, and tab titles; a link in a notification may run any command.
 */
export function plainText(text: string): string {
  const oneLine = inert(text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' '));
  return oneLine.length <= maxLength ? oneLine : `${oneLine.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The same for text of any length and any number of lines. */
export function inert(text: string): string {
  return (
    text
      .toWellFormed()
      // Direction overrides could reorder our own words around them.
      .replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, (control) => `[U+${control.charCodeAt(0).toString(16).toUpperCase()}]`)
      .replaceAll(/(?<=[\]$])\(/g, `${zeroWidthSpace}(`)
  );
}

/** For Markdown, where a bare address and one in angle brackets are links too. The caller still escapes the Markdown itself. */
export function withoutAutolinks(text: string): string {
  return text.replaceAll(/(?<=:)\/\/|(?<=www)\.|(?<=@)(?=\w)|(?<=<)(?=\S)/gi, `${zeroWidthSpace}$&`);
}
