// Emphasis where words have no spaces around them: beside Chinese, Japanese, Korean, Thai and their neighbours, and after the
// punctuation that ends a label, as in `**Note:**text`.
import type { MarkdownIt } from 'markdown-it';
import cjkFriendly from 'markdown-it-cjk-friendly';

/** Thai, Lao, Tibetan, Burmese and Khmer. */
const SOUTH_EAST_ASIAN = /[\u0e00-\u109f\u1780-\u17ff]/;
/** A character of a script without spaces, or its punctuation. */
const WITHOUT_SPACES = /[\u0e00-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff9f]/;
const LABEL_END = /[:.!?;,…"”’»`%]/;
const QUOTE = /["“‘«`]/;
const LETTER = /\p{L}/u;

/** Teaches the tokenizer these places. What CommonMark takes for emphasis stays emphasis. */
export function addEmphasis(md: MarkdownIt): void {
  md.use(cjkFriendly);
  md.inline.State = class extends md.inline.State {
    override scanDelims(start: number, canSplitWord: boolean): ReturnType<InstanceType<MarkdownIt['inline']['State']>['scanDelims']> {
      const scanned = super.scanDelims(start, canSplitWord);
      const before = this.src[start - 1] ?? ' ';
      const after = (start + scanned.length < this.posMax && this.src[start + scanned.length]) || ' ';
      if (/\s/.test(before) || /\s/.test(after)) return scanned;
      const strong = scanned.length > 1;
      // "x**2" is a power, and "*.md" a pattern of names.
      const sign = strong ? /^[\w)\]]\*\*\d/ : /^.\*\.\w/s;
      if (sign.test(`${before}${this.src.slice(start, start + scanned.length + 2)}`)) return { ...scanned, can_open: false };
      // A name such as `__init__` may stand between ideographs, so underscores mark these words alone.
      const [opens, closes] = canSplitWord
        ? [
            SOUTH_EAST_ASIAN.test(before) || SOUTH_EAST_ASIAN.test(after) || (strong && LETTER.test(before) && QUOTE.test(after)),
            SOUTH_EAST_ASIAN.test(before) || SOUTH_EAST_ASIAN.test(after) || (strong && LABEL_END.test(before) && LETTER.test(after)),
          ]
        : [strong && WITHOUT_SPACES.test(before) && WITHOUT_SPACES.test(after), strong && WITHOUT_SPACES.test(before)];
      return { ...scanned, can_open: scanned.can_open || opens, can_close: scanned.can_close || closes };
    }
  };
}
