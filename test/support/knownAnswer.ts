// A known answer of about 3,000 characters: prose, code fences, CJK, emoji, tables, lists, runs of the same character.

export const knownAnswer = `# Reading a stream

Streaming turns waiting into reading. A balloon, a committee and a bookkeeper walk into a llama's hall: words with doubled letters are \
here on purpose, since "ll" cut in two looks like a repetition.

## Steps

1. Open the connection, and say what is wanted.
2. Read bytes; decode them as UTF-8, which may be split anywhere: naïve, façade, Übergröße, 𝒳 and 🙂.
3. Stop when the server says so — not when it merely falls silent…

\`\`\`ts
export async function read(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > 1_000_000) {
      throw new RangeError('too long');
    }
  }
  return text;
}
\`\`\`

The loop above holds the whole text. The one below does not:

\`\`\`python
def words(lines):
    for line in lines:
        for word in line.split():
            if word and not word.isspace():
                yield word.lower()


def count(lines):
    seen = {}
    for word in words(lines):
        seen[word] = seen.get(word, 0) + 1
    return seen
\`\`\`

## 中文与日本語

流式输出把等待变成阅读。连接中断时，客户端必须从断点继续，而不是从头再来；已经显示的文字不能收回。标点“引号”和（括号）也要正确。

ストリーミングは待ち時間を読書に変えます。途中で切れても、続きから再開します。絵文字👨‍👩‍👧‍👦や旗🇯🇵も一つの文字です。

한국어 문장도 하나 있습니다. 끊어진 곳에서 이어집니다.

| what | before | after |
| :--- | ---: | ---: |
| sockets | 20 | 2 |
| seconds | 121.0 | 0.7 |
| words lost | 17 | 0 |

> A quotation, which goes on
> over two lines, and says: never, never, never give up; never.

- [x] read
- [ ] write
  - nested item with \`code\` and **bold** and *slanted* words
  - another one, with a [link](https://example.com/a_(b)?c=d&e=f#g)

---

Numbers such as 1000000 or 3.14159 or 0.0001 and a row of dashes ---------- are easy to get wrong, and so are
spaces  between   words, tabs	and trailing ones.

~~~~md
A fence of tildes that holds another:

\`\`\`js
console.log('inner');
\`\`\`
~~~~

Emoji at the end of a line 🎉🎊
👍🏽 and at its beginning. Math: $a^2 + b^2 = c^2$, and $$\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$$.

Finally: the quick brown fox jumps over the lazy dog; pack my box with five dozen liquor jugs. Sphinx of black quartz, judge my vow! How \
vexingly quick daft zebras jump? The five boxing wizards jump quickly.

## What remains

The stream never lies, never stutters, never loses a word. What was shown stays; what is missing is asked for; what came twice is left \
out. If none of this can be had, the answer says so and ends honestly, so that nobody mistakes a part for the whole.

Grüße, さようなら, 再见, до свидания, شكرا! The end.
`;
