/** The demo in English. */
import { type DemoTexts, sampleCode } from './texts.ts';

/** The slash words, and what each one shows. */
const demoWords: Readonly<Record<string, string>> = {
  '/drop': 'cuts the connection in the middle of the answer; watch it being resumed',
  '/slow': 'sends a few words a second',
  '/stall': 'falls silent in the middle',
  '/429': 'is too busy at first and asks to wait',
  '/long': 'answers with many pages',
  '/code': 'answers with code',
};
const list = Object.entries(demoWords)
  .map(([name, what]) => `- \`${name}\` ${what}`)
  .join('\n');

export const englishTexts: DemoTexts = {
  asked: 'You asked:',
  tour: (word) => `${word === '' ? '' : `There is no \`${word}\` in the demo. `}This is the **offline demo**: no model is behind it, \
but its words take the same way through Rivulet as those of a real one.

What you are watching:

1. Each piece is drawn as it arrives; the page does the same small work for the first word and for the last.
2. The number in the status bar counts tokens while they come, with a \`~\` until the server has confirmed it.
3. **Stop**, or Escape, closes the connection at once and keeps what was written.

Try what happens when a server misbehaves:

${list}

To use a real model, paste its address and key into a new chat, or run **Rivulet: Select Model**.`,
  code: `Here is a small function that waits for the first of several promises and gives up after a while:

\`\`\`ts
${sampleCode}
\`\`\`

The \`finally\` clears the timer on both ways out, so that nothing keeps running when a candidate wins.`,
  drop: `The connection of this answer is cut about here, in the middle of a sentence, without any word from the server. Most \
tools would end the answer now and show it as if it were complete. Rivulet notices that the server never said it had finished, asks \
again with everything it has, holds the new text back until the two ends fit, and goes on writing. The thin line above this paragraph \
says so.`,
  stall: `This answer falls silent before it is complete, while the connection stays open. A silence longer than \
\`rivulet.timeouts.idleSeconds\` counts as a broken stream, and the answer is continued from where it stopped. You can also press \
**Stop** now: what was written stays, and **Resume** asks for the rest.`,
  slow: `This is what a small model on a slow machine feels like: a few words a second. Reading and writing do not wait for \
each other; scroll up, select text or type the next question while this goes on.`,
  waited: `The server was too busy at first. Rivulet read how long it asked to wait, showed the countdown, waited, and asked \
again. **Nothing was typed twice.**`,
  busy: (seconds) => `The demo is acting busy; try again in ${seconds} seconds.`,
  page: (page) => `## Page ${page}

Streaming turns waiting into reading. This page is number ${page} of a long answer, which is here so that you can see whether the panel \
gets slower as the text grows; it should not.

- item one of page ${page}, with \`inline code\`
- item two of page ${page}, with **bold** and *slanted* words

| step | what | cost |
| ---: | --- | --- |
| ${page}.1 | read the bytes | constant |
| ${page}.2 | grow the open block | constant |

\`\`\`python
def page_${page}(text: str) -> int:
    """Count the words of page ${page}."""
    return len(text.split())
\`\`\``,
};
