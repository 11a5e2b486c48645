// Small words about the page's sentences: putting a value where `{0}` stands.
export function fill(sentence: string, ...values: readonly (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (mark, index: string) => String(values[Number(index)] ?? mark));
}
