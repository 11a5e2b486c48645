// Answers in documents of every language that the editor knows, at cursors in code, comments, strings and embedded code.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Insertions } from '../../src/vscode/insert/insertion.ts';
import { languageOfFence } from '../../src/core/insert/fenceLanguage.ts';
import { closeAll, contributions, Feed, insertions, open, options, targetAt } from './insertionScene.ts';

const talk = 'Reads the stream piece by piece.\n\nThe last piece ends it.\n';

suite('An answer in a document', () => {
  let all: Insertions;
  setup(() => {
    all = insertions();
  });
  teardown(async () => {
    all.dispose();
    await closeAll();
  });

  /** The text around the cursor `|` after the answer has landed there. */
  const landed = async (picture: string, language: string, answer: string): Promise<string> => {
    // A file, since a new untitled document may take the name of one that is still being closed.
    const editor = await open(picture, { language });
    const { document } = editor;
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), { ...options, offersChoice: false });
    feed.text(answer).end();
    await done;
    return document.getText();
  };

  test('keeps its words in every language, with a fence and without', async function () {
    this.timeout(300_000);
    const lost: string[] = [];
    const languages = await vscode.languages.getLanguages();
    // One document for all of them: to open and close one each time would be most of the test.
    const editor = await open('|');
    const { document } = editor;
    for (const language of languages) {
      await vscode.languages.setTextDocumentLanguage(document, language);
      for (const answer of [talk, 'Here is what you asked for:\n\n```\nbody line\n```\n\nThat is all of it.']) {
        const whole = new vscode.Range(0, 0, document.lineCount, 0);
        await editor.edit((edit) => edit.delete(whole));
        const feed = new Feed();
        const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), { ...options, offersChoice: false, windowMs: 5 });
        feed.text(answer).end();
        await done;
        const missing = answer.split(/[\s`]+/).filter((word) => !document.getText().includes(word));
        if (missing.length > 0 || document.languageId !== language) lost.push(`${language}: ${missing.join(' ')}`);
      }
    }
    assert.deepEqual({ lost, many: languages.length > 60 }, { lost: [], many: true });
  });

  for (const [where, language, picture, wanted] of [
    [
      'a docstring',
      'python',
      'def f():\n    """|"""\n',
      'def f():\n    """Reads the stream piece by piece.\n\n    The last piece ends it."""\n',
    ],
    ['a JSDoc block', 'typescript', '/**\n * |\n */\n', '/**\n * Reads the stream piece by piece.\n *\n * The last piece ends it.\n */\n'],
    [
      'a line comment',
      'typescript',
      'f();\n  // |\ng();',
      'f();\n  // Reads the stream piece by piece.\n  //\n  // The last piece ends it.\ng();',
    ],
    ['a comment after code', 'python', 'x = 1  # |\n', 'x = 1  # Reads the stream piece by piece.\n#\n# The last piece ends it.\n'],
    ['a doc comment', 'rust', '/// |\nfn f() {}', '/// Reads the stream piece by piece.\n///\n/// The last piece ends it.\nfn f() {}'],
    [
      'an XML doc comment',
      'csharp',
      '/// |\nclass A {}',
      '/// Reads the stream piece by piece.\n///\n/// The last piece ends it.\nclass A {}',
    ],
    ['a template string', 'typescript', 'f(`|`);', 'f(`Reads the stream piece by piece.\n\nThe last piece ends it.`);'],
    [
      'a placeholder of a template string',
      'typescript',
      'f(`${|}`);',
      'f(`${// Reads the stream piece by piece.\n\n// The last piece ends it.\n}`);',
    ],
    [
      'a string that holds a comment mark',
      'typescript',
      "const a = '// ';\n|",
      "const a = '// ';\n// Reads the stream piece by piece.\n\n// The last piece ends it.",
    ],
    ['a comment of HTML', 'html', '<!-- | -->', '<!-- Reads the stream piece by piece.\n\nThe last piece ends it. -->'],
    [
      'a script in HTML',
      'html',
      '<script>\n  |\n</script>',
      '<script>\n  // Reads the stream piece by piece.\n\n  // The last piece ends it.\n</script>',
    ],
    [
      'a style in HTML',
      'html',
      '<style>\n|\n</style>',
      '<style>\n/* Reads the stream piece by piece. */\n\n/* The last piece ends it. */\n</style>',
    ],
    ['the body of HTML', 'html', '<p>|</p>', '<p>Reads the stream piece by piece.\n\nThe last piece ends it.</p>'],
    [
      'the children of a JSX element',
      'typescriptreact',
      'const a = <p>\n  |\n</p>;',
      'const a = <p>\n  {/* Reads the stream piece by piece. */}\n\n  {/* The last piece ends it. */}\n</p>;',
    ],
    ['PHP in HTML', 'php', '<p><?php\n|\n?></p>', '<p><?php\n// Reads the stream piece by piece.\n\n// The last piece ends it.\n?></p>'],
    ['a key of YAML', 'yaml', 'a: 1\n|', 'a: 1\n# Reads the stream piece by piece.\n\n# The last piece ends it.'],
    [
      'a block of text in YAML',
      'yaml',
      'a: |\n  |'.replace('|', '>'),
      'a: >\n  Reads the stream piece by piece.\n\n  The last piece ends it.',
    ],
    ['a script of a shell', 'shellscript', 'echo a\n|', 'echo a\n# Reads the stream piece by piece.\n\n# The last piece ends it.'],
    ['a here-document', 'shellscript', 'cat <<EOF\n|\nEOF', 'cat <<EOF\nReads the stream piece by piece.\n\nThe last piece ends it.\nEOF'],
    ['a long comment of Lua', 'lua', '--[[\n|\n]]', '--[[\nReads the stream piece by piece.\n\nThe last piece ends it.\n]]'],
    [
      'a block of code in Markdown',
      'markdown',
      'Do:\n\n```python\n|\n```\n',
      'Do:\n\n```python\n# Reads the stream piece by piece.\n\n# The last piece ends it.\n```\n',
    ],
    [
      'a block of an unknown language in Markdown',
      'markdown',
      'Do:\n\n```klingon\n|\n```\n',
      'Do:\n\n```klingon\nReads the stream piece by piece.\n\nThe last piece ends it.\n```\n',
    ],
    ['instructions', 'instructions', '|', talk],
  ] as const) {
    test(`becomes what a person would have typed in ${where}`, async () => {
      assert.equal(await landed(picture, language, talk), wanted);
    });
  }

  test('leaves its own fence out of a block of code in Markdown, whatever its language', async () => {
    const seen: string[] = [];
    for (const info of ['python', 'klingon', '', 'markdown']) {
      const answer = `Here is the code:\n\n\`\`\`${info}\na = 1\n\`\`\`\n`;
      seen.push(await landed(`\`\`\`\`${info}\n|\n\`\`\`\`\n`, 'markdown', answer));
    }
    assert.deepEqual(seen, [
      '````python\n# Here is the code:\na = 1\n````\n',
      '````klingon\nHere is the code:\n\na = 1\n````\n',
      '````\nHere is the code:\n\na = 1\n````\n',
      '````markdown\nHere is the code:\n\n```markdown\na = 1\n```\n\n````\n',
    ]);
  });

  test('puts code below the comment that asks for it', async () => {
    const text = await landed('    # add them|\n', 'python', '```python\na = 1\nb = 2\n```\n');
    assert.equal(text, '    # add them\n    a = 1\n    b = 2\n');
  });

  test('does not end the string that it stands in, nor leave its line where that would', async () => {
    const seen: string[] = [];
    for (const [language, picture, answer] of [
      ['typescript', 'f(`|`);', 'Calls `read` first.'],
      ['typescript', 'f("|");', 'Says "read".\n\nThen ends.'],
      ['json', '{ "a": "|" }', 'Says "read".\nThen ends.'],
      ['python', "f('|')", "It's one."],
      ['csharp', 'f(@"|");', 'Says "read".\nThen ends.'],
      ['shellscript', 'echo "|"', 'Says "read".'],
      ['shellscript', "echo '|'", "It's one."],
      ['html', '<p title="|">', 'Says "read".'],
      ['html', '<p onclick="|">', 'f("a");'],
      ['html', '<p title="a">|</p>', 'Says "read".'],
      ['shellscript', "echo $'|'", "It's one."],
      ['go', 'a := `|`', 'Calls `read` first.'],
      ['xml', '<a b="|"/>', 'Says "read" in <b>.'],
      ['yaml', 'a: "|"', 'Says "read".\nThen ends.'],
      ['swift', 'let a = "|"', 'Says "read".\nThen ends.'],
      ['dart', "var a = '|';", "It's one.\nIt ends."],
      ['lua', 'a = "|"', 'Says "read".\nThen ends.'],
      ['lua', 'a = [[|]]', 'Says "read".\nThen ends.'],
    ] as const) {
      seen.push(await landed(picture, language, answer));
    }
    assert.deepEqual(seen, [
      'f(`Calls \\`read\\` first.`);',
      'f("Says \\"read\\".\\n\\nThen ends.");',
      '{ "a": "Says \\"read\\".\\nThen ends." }',
      "f('It\\'s one.')",
      'f(@"Says ""read"".\nThen ends.");',
      'echo "Says \\"read\\"."',
      "echo 'It'\\''s one.'",
      '<p title="Says &quot;read&quot;.">',
      '<p onclick="f(&quot;a&quot;);">',
      '<p title="a">Says "read".</p>',
      "echo $'It\\'s one.'",
      'a := `Calls ` + "`" + `read` + "`" + ` first.`',
      '<a b="Says &quot;read&quot; in &lt;b>."/>',
      'a: "Says \\"read\\".\\nThen ends."',
      'let a = "Says \\"read\\".\\nThen ends."',
      "var a = 'It\\'s one.\\nIt ends.';",
      'a = "Says \\"read\\".\\nThen ends."',
      'a = [[Says "read".\nThen ends.]]',
    ]);
  });
});

test('The word after a fence means the language that people mean by it', () => {
  const meant: Readonly<Record<string, string>> = {
    typescript: 'ts TypeScript typescript',
    typescriptreact: 'tsx',
    javascript: 'js JavaScript mjs node language-js',
    javascriptreact: 'jsx',
    shellscript: 'bash sh shell console zsh',
    python: 'py Python python3 python:src/a.py {python} {.python py,',
    yaml: 'yml YAML',
    cpp: 'c++ C++ cpp hpp',
    csharp: 'c# cs C#',
    rust: 'rs',
    markdown: 'md',
    dockerfile: 'Dockerfile docker dockerfile',
    powershell: 'ps1 pwsh',
    go: 'golang go',
    ruby: 'rb',
    bat: 'cmd batch',
    html: 'html HTML html+erb',
    json: 'json',
    sql: 'SQL',
    plaintext: 'txt text',
    makefile: 'make Makefile mk',
  };
  const read = Object.fromEntries(
    Object.entries(meant).map(([id, words]) => [
      id,
      words.split(' ').filter((word) => {
        const found = languageOfFence(word, contributions.languages);
        return found.type === 'known' && found.id === id;
      }),
    ]),
  );
  const others = ['kt', 'klingon', '', 'js title="a.js"', 'js{1,3}'].map((info) => languageOfFence(info, contributions.languages));
  assert.deepEqual(
    { read, others },
    {
      read: Object.fromEntries(Object.entries(meant).map(([id, words]) => [id, words.split(' ')])),
      others: [
        { type: 'unknown', word: 'kt' },
        { type: 'unknown', word: 'klingon' },
        { type: 'none' },
        { type: 'known', id: 'javascript' },
        { type: 'known', id: 'javascript' },
      ],
    },
  );
});
