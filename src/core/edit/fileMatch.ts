/** How much of a code block each of several files contains, to find the one that it was written for. */
import { OldLines } from './oldLines.ts';

export interface MatchedFile<File> {
  readonly file: File;
  /** The share of the block's lines that the file contains, by weight: 0 to 1. */
  readonly share: number;
}

/** The minimum share of a file that is chosen without a question, and its minimum ratio to the second best. */
const leastShare = 0.6;
const leastLead = 2;

/** Best first. */
export function filesByMatch<File>(
  code: string,
  files: readonly { readonly file: File; readonly text: string }[],
): readonly MatchedFile<File>[] {
  const lines = code.split(/\r?\n/).map((line) => line.trim());
  const own = new OldLines(lines);
  const weights = lines.map((line) => (line === '' ? 0 : own.weight(own.idOf(line) ?? -1)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return files
    .map(({ file, text }) => {
      const there = new Set(text.split(/\r?\n/).map((line) => line.trim()));
      const found = lines.reduce((sum, line, at) => sum + (there.has(line) ? (weights[at] ?? 0) : 0), 0);
      return { file, share: total === 0 ? 0 : found / total };
    })
    .toSorted((a, b) => b.share - a.share);
}

/** Undefined if no file is certain enough to be chosen without a question. */
export function certainFile<File>(ranked: readonly MatchedFile<File>[]): File | undefined {
  const [best, next] = ranked;
  if (best === undefined || best.share < leastShare) return undefined;
  return next === undefined || best.share >= leastLead * next.share ? best.file : undefined;
}
