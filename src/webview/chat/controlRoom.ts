// Decides which controls of a row are visible in a narrow panel: those without room move into the row's menu.
// CSS decides by the width of the row alone, so nothing is measured while an answer streams.

/** The width of an icon button with its gap. */
const CONTROL_PX = 24;
/** In button widths: wider rows have room for everything. */
const WIDEST = 20;

/** Classes of a control in the row and in the row's menu; exactly one of the two is visible. */
export interface Room {
  readonly fits: string;
  readonly lacks: string;
}

/**
 * Assigns the room of a row, most important control first.
 * @param taken width of the controls that are always visible, in icon buttons
 */
export function roomAfter(taken: number): (buttons: number) => Room {
  let count = taken;
  return (buttons) => {
    count += buttons;
    return { fits: `fits-${count}`, lacks: `lacks-${count}` };
  };
}

/** The rules of these classes, for rows that are containers named `row`. */
export function roomRules(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  for (let count = 1; count <= WIDEST; count++) {
    const width = `${count * CONTROL_PX}px`;
    sheet.insertRule(`@container row (width < ${width}) { .fits-${count} { display: none !important; } }`);
    sheet.insertRule(`@container row (width >= ${width}) { .lacks-${count} { display: none !important; } }`);
  }
  return sheet;
}
