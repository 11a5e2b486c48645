/** A comment line that stands for lines that the answer leaves out, such as `// ... existing code ...`. */

/** What may open and close a comment, in any language. */
const comment = /^\s*(?:\{\s*)?(?:\/\/+|\/\*+|#+|--+|<!--|;+|%+|\(\*|\{-|'|"""|rem\b|\*)\s*(.*?)\s*(?:\*+\/|-->|\*\)|-\}|""")?(?:\s*\})?\s*$/i;
const dots = String.raw`(?:\.{3,}|…)`;
const leftOut = new RegExp(
  [
    String.raw`\b(?:existing|unchanged|omitted|remaining|rest|previous|same|other|no changes?|as before|keep|kept|continues?|truncated|snip(?:ped)?)\b`,
    '其余|其他|其它|剩余|现有|已有|原有|不变|省略|保留|未修改|同上|既存|残り|省略',
  ].join('|'),
  'i',
);
const sentence = new RegExp(
  [
    String.raw`^\W*(?:the )?(?:rest|remainder) of (?:the |your |this |my )?(?:\w+ ){0,3}(?:code|file|class|function|method|component|implementation|imports?|content|module|script|page|document|logic|styles?|tests?)\b`,
    String.raw`\b(?:code|file|rest|function|methods?|imports?|everything(?: else)?|content)\b.*\b(?:remains?|stays?|is|are) (?:the same|unchanged|as (?:is|before))\b`,
    String.raw`^\W*(?:existing|unchanged|remaining|previous) (?:\w+ ){0,2}(?:code|imports?|methods?|functions?|content|lines|logic|implementation)\W*$`,
    String.raw`\bomitted for brevity\b`,
    '^\\W*(?:其余|其他|其它|剩余|现有|已有|原有)(?:的)?(?:代码|部分|内容|方法|函数|逻辑)',
  ].join('|'),
  'i',
);
const longest = 100;

/** Also true for a comment that the file has itself: that one stands for nothing. */
export function isElision(line: string): boolean {
  if (line.length > longest) return false;
  const text = comment.exec(line)?.[1];
  if (text === undefined || text === '') return false;
  const isDots = new RegExp(`^${dots}$`).test(text);
  const isMarked = new RegExp(`^[[(<{]?\\s*${dots}`).test(text) && leftOut.test(text);
  return isDots || isMarked || sentence.test(text);
}
