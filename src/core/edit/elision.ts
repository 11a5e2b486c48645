/** Recognizes a comment that stands for omitted lines, such as `// ... existing code ...`. */

/** Marks that open and close a comment, in any language. */
const opens = String.raw`(?:\/\/+|\/\*+|#+|--+|<!--|;+|%+|\(\*|\{-|'|"""|rem\b|\*)`;
const closes = String.raw`(?:\*+\/|-->|\*\)|-\}|""")`;
const comment = new RegExp(String.raw`^\s*(?:\{\s*)?${opens}\s*(.*?)\s*${closes}?(?:\s*\})?\s*$`, 'i');
const dots = String.raw`(?:\.{3,}|…)`;
const leftOut = new RegExp(
  [
    String.raw`\b(?:existing|unchanged|omitted|remaining|rest|previous|same|other|no changes?|as before)\b`,
    String.raw`\b(?:keep|kept|continues?|truncated|snip(?:ped)?)\b`,
    '其余|其他|其它|剩余|现有|已有|原有|不变|省略|保留|未修改|同上|既存|残り',
  ].join('|'),
  'i',
);
const things = 'code|file|class|function|method|component|implementation|imports?|content|module|script|page|document|logic|styles?|tests?';
const whole = String.raw`code|file|rest|function|methods?|imports?|everything(?: else)?|content`;
const own = String.raw`code|imports?|methods?|functions?|content|lines|logic|implementation`;
const mark = String.raw`[^\p{L}\p{N}]`;
const sentence = new RegExp(
  [
    String.raw`^${mark}*(?:the )?(?:rest|remainder) of (?:the |your |this |my )?(?:\w+ ){0,3}(?:${things})\b`,
    String.raw`\b(?:${whole})\b.*\b(?:remains?|stays?|is|are) (?:the same|unchanged|as (?:is|before))\b`,
    String.raw`^${mark}*(?:existing|unchanged|remaining|previous) (?:\w+ ){0,2}(?:${own})${mark}*$`,
    String.raw`\bomitted for brevity\b`,
    String.raw`^${mark}*(?:其余|其他|其它|剩余|现有|已有|原有)(?:的)?(?:代码|部分|内容|方法|函数|逻辑)`,
  ].join('|'),
  'iu',
);
const longest = 100;

/** Also true for such a comment of the file itself, which stands for nothing. */
export function isElision(line: string): boolean {
  if (line.length > longest) return false;
  const text = comment.exec(line)?.[1];
  if (text === undefined || text === '') return false;
  const isDots = new RegExp(`^${dots}$`).test(text);
  const isMarked = new RegExp(`^[[(<{]?\\s*${dots}`).test(text) && leftOut.test(text);
  return isDots || isMarked || sentence.test(text);
}
