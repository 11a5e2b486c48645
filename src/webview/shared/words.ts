// Fills values into the `{0}` of a translated sentence.
export function fill(sentence: string, ...values: readonly (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (mark, index: string) => String(values[Number(index)] ?? mark));
}
