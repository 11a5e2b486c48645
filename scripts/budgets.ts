// How large a build may be. Tests fail above it. A larger number needs a reason in the changelog.
export const budgets = {
  /** Three fifths are the vocabularies of tokenizers, which cannot be compressed further. */
  vsixBytes: 1_600_000,
  /** What a start loads: all but the client, tokenizers, linear regular expressions and the files of the workspace. */
  startBytes: 700_000,
};
