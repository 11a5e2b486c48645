// Colours come line by line, yet they are those of one pass over the whole.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Highlighter, type Run } from '../../../src/webview/markdown/code/highlighter.ts';
import { LANGUAGES, languageName } from '../../../src/webview/markdown/code/languages.ts';
import { LineColours } from '../../../src/webview/markdown/code/lineColours.ts';
import { answer } from './answers.ts';

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8').slice(0, 6000);
const samples: Record<string, string> = {
  typescript: `${file('src/webview/markdown/blocks/blocks.ts')}\n${file('src/webview/markdown/blocks/starts.ts')}`,
  // highlight.js takes some arrow functions behind an open bracket of the line before for something else; none of those is here.
  javascript: file('test/fixtures/code/build.mjs'),
  json: file('package.json'),
  css: file('src/webview/styles/chrome.css'),
  python:
    '"""A module\nwith a long docstring."""\nimport os\n\n\n' +
    'class Reader(object):\n    """Reads.\n\n    Much.\n    ""' +
    '"\n\n    def read(self, size: int = 3) -> str:\n        # comment\n        return f"{size} of {self}" + \'x\' * 12\n',
  rust: '/* a\n b */\nfn main() -> Result<(), Error> {\n    let s = "two\nlines";\n    println!("{}", s); // end\n    Ok(())\n}\n',
  go: 'package main\n\n/*\nA comment\n*/\nfunc main() {\n\ts := `raw\nstring`\n\tfmt.Println(s, 12)\n}\n',
  bash: '#!/bin/bash\nset -e\nfor f in *.ts; do\n  echo "$f \\\n  more" # comment\ndone\ncat <<EOF\ntext $x\nEOF\n',
  sql: "-- all\nSELECT name, count(*) FROM t /* of\nall */ WHERE x = 'a' GROUP BY name;\n",
  yaml: 'a: 1\nb:\n  - "x"\n  - |\n    text\n    more\nc: true # end\n',
  html:
    '<!DOCTYPE html>\n<!-- a\n comment -->\n<div class="x"\n  id="y">text</div>\n' +
    '<script>\n  const a = `x\n  y`;\n</script>\n<style>\n.a { color: red }\n</style>\n',
};
const long = answer('fence', 30_000).replace(/^.*\n/, '');

async function both(language: string, code: string): Promise<{ streamed: Run[][]; once: (readonly Run[])[]; painted: number }> {
  const grammar = (await new Highlighter().grammar(language))!;
  const streamed: Run[][] = [];
  let painted = 0;
  const colours = new LineColours(grammar, (index, runs) => {
    streamed[index] = [...runs];
    painted++;
  });
  const lines = code.split('\n');
  for (const line of lines) colours.add(line);
  colours.close();
  return { streamed, once: [...grammar.read(code).lines], painted };
}

/** Neighbouring runs of one scope are one. */
function joined(lines: readonly (readonly Run[])[]): string[] {
  return lines.map((runs) =>
    runs.reduce((text, run, index) => (run.scope === runs[index - 1]?.scope ? text + run.text : `${text}|${run.scope}:${run.text}`), ''),
  );
}

describe('colours', () => {
  it.each(Object.entries(samples))('of %s are those of the whole', async (language, code) => {
    const { streamed, once } = await both(language, code);
    expect(joined(streamed)).toEqual(joined(once));
  });

  it('of long code are too, and hardly a line is painted twice', async () => {
    const { streamed, once, painted } = await both('typescript', long);
    expect(joined(streamed)).toEqual(joined(once));
    expect(painted / streamed.length).toBeLessThan(1.2);
  });

  it('are asked of the grammar for little more text than there is', async () => {
    const grammar = (await new Highlighter().grammar('typescript'))!;
    let read = 0;
    const counting = {
      ...grammar,
      read: (code: string) => {
        read += code.length;
        return grammar.read(code);
      },
    };
    const colours = new LineColours(counting, () => {});
    for (const line of long.split('\n')) colours.add(line);
    colours.close();
    expect(read / long.length).toBeLessThan(1.8);
  });
});

it('every language of the list loads, by each of its names', async () => {
  const highlighter = new Highlighter();
  for (const [name, { aliases = [] }] of Object.entries(LANGUAGES))
    for (const label of [name, ...aliases]) {
      expect(languageName(label.toUpperCase())).toBe(name);
      expect(await highlighter.grammar(label)).toBeDefined();
    }
  expect(await highlighter.grammar('no such language')).toBeUndefined();
});
