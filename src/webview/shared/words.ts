// Values in the language of the window, filled into the `{0}` of translated sentences.

export function numberText(value: number, format?: Intl.NumberFormatOptions): string {
  return value.toLocaleString(document.documentElement.lang, format);
}

export function fill(sentence: string, ...values: readonly (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (mark, index: string) => String(values[Number(index)] ?? mark));
}
