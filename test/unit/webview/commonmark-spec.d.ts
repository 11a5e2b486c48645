// The examples of the CommonMark specification, as the npm package hands them over.
declare module 'commonmark-spec' {
  const spec: { readonly tests: readonly { readonly markdown: string; readonly html: string; readonly number: number }[] };
  export default spec;
}
