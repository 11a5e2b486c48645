// Texts as models write them, and what a reader should see: topic → sentence → text → outline.

type Documents = Readonly<Record<string, string>>;

export const cases: Readonly<Record<string, Readonly<Record<string, Documents>>>> = {
  'emphasis beside Chinese, Japanese and Korean': {
    'closes after punctuation, before a letter': {
      '**注意：**请先备份': '<p><strong>注意：</strong>请先备份</p>',
      '**结论。**后文': '<p><strong>结论。</strong>后文</p>',
      '- **주의:**먼저': '<ul><li><p><strong>주의:</strong>먼저</p></li></ul>',
      '*斜体。*后文': '<p><em>斜体。</em>后文</p>',
      '~~删除。~~后文': '<p><s>删除。</s>后文</p>',
      '***重要！***请读': '<p><em><strong>重要！</strong></em>请读</p>',
    },
    'opens before punctuation, after a letter': {
      '这是**“重点”**内容': '<p>这是<strong>“重点”</strong>内容</p>',
      '前文**（测试）**后文': '<p>前文<strong>（测试）</strong>后文</p>',
      '- **「設定」**を開く': '<ul><li><p><strong>「設定」</strong>を開く</p></li></ul>',
      'これは**『本』**です。': '<p>これは<strong>『本』</strong>です。</p>',
    },
    'goes around code': {
      '- **`npm ci`**命令': '<ul><li><p><strong><code>npm ci</code></strong>命令</p></li></ul>',
      '运行**`a`**和**`b`**。': '<p>运行<strong><code>a</code></strong>和<strong><code>b</code></strong>。</p>',
    },
  },
  'emphasis where no spaces are': {
    'is found in Thai, Khmer and Burmese': {
      '**ข้อควรระวัง:**โปรดสำรองข้อมูล': '<p><strong>ข้อควรระวัง:</strong>โปรดสำรองข้อมูล</p>',
      'นี่คือ**"สำคัญ"**มาก': '<p>นี่คือ<strong>"สำคัญ"</strong>มาก</p>',
      '*คำ(ตัวอย่าง)*ต่อไป ~~ลบ.~~ต่อ': '<p><em>คำ(ตัวอย่าง)</em>ต่อไป <s>ลบ.</s>ต่อ</p>',
      'អក្សរ**សំខាន់៖**បន្ទាប់ ဤ**အရေးကြီး။**နောက်': '<p>អក្សរ<strong>សំខាន់៖</strong>បន្ទាប់ ဤ<strong>အရေးကြီး။</strong>နောက်</p>',
    },
    'closes after the punctuation of a label': {
      '**Note:**text and **Step 1.**Do it': '<p><strong>Note:</strong>text and <strong>Step 1.</strong>Do it</p>',
      '- **تنبيه!**اقرأ': '<ul><li><p><strong>تنبيه!</strong>اقرأ</p></li></ul>',
      '**`npm i`**installs, ~~old:~~new': '<p><strong><code>npm i</code></strong>installs, <s>old:</s>new</p>',
    },
    'may be underscores around ideographs': {
      '__注意：__请先备份': '<p><strong>注意：</strong>请先备份</p>',
      '这是__重点__内容，前__（测试）__后': '<p>这是<strong>重点</strong>内容，前<strong>（测试）</strong>后</p>',
    },
    'is not found in names, powers and globs': {
      '前__init__方法 报告_终稿_v2 snake__case__name': '<p>前__init__方法 报告_终稿_v2 snake__case__name</p>',
      'f(a)**2 + g(b)**2': '<p>f(a)**2 + g(b)**2</p>',
      '2**10 和 3**2, x**2 + y**2': '<p>2**10 和 3**2, x**2 + y**2</p>',
      '文件*.md和*.ts，*.js': '<p>文件*.md和*.ts，*.js</p>',
      '**第2步**3 and **a**2': '<p><strong>第2步</strong>3 and <strong>a</strong>2</p>',
      'x**(a)**b and f(**kwargs, **args)': '<p>x**(a)**b and f(**kwargs, **args)</p>',
      '5*(3+2)*4, *.ts and *.js': '<p>5*(3+2)*4, *.ts and *.js</p>',
    },
  },
  'dollar signs': {
    'of shell variables are text': {
      'Add $HOME/bin:$PATH to your profile.': '<p>Add $HOME/bin:$PATH to your profile.</p>',
      'Set $FOO=$BAR first.': '<p>Set $FOO=$BAR first.</p>',
      '"$src/$dst"': '<p>"$src/$dst"</p>',
      '$a,$b; $a.$b': '<p>$a,$b; $a.$b</p>',
      '$env:PATH;$env:HOME': '<p>$env:PATH;$env:HOME</p>',
      '${env:A}${env:B}': '<p>${env:A}${env:B}</p>',
      '| a |\n|---|\n| $A/$B |': '<table><tr><th>a</th><tr><td>$A/$B</td>',
      'Try $(pwd)/$(date) or $1,$2 or $x[$i].': '<p>Try $(pwd)/$(date) or $1,$2 or $x[$i].</p>',
      "echo '$FOO','$BAR' and $A-$B": "<p>echo '$FOO','$BAR' and $A-$B</p>",
      'jQuery: $.ajax,$.get and $(this).a($(that))': '<p>jQuery: $.ajax,$.get and $(this).a($(that))</p>',
      'grep ^a$|^b$ file': '<p>grep ^a$|^b$ file</p>',
    },
    'of prices are text': {
      'It is $5/month, US$2,000 or US$3,000, **$4**, $20-$30.':
        '<p>It is $5/month, US$2,000 or US$3,000, <strong>$4</strong>, $20-$30.</p>',
      'From $5 (US$) to 10$/20$': '<p>From $5 (US$) to 10$/20$</p>',
    },
    'around formulas are gone': {
      设$x$为: '<p>设<math>x</math>为</p>',
      'the $x$-axis, the $n$th, $k$-th': '<p>the <math>x</math>-axis, the <math>n</math>th, <math>k</math>-th</p>',
      'For $f(x) = x^2$, $x \\in [0, 1)$.': '<p>For <math>f(x) = x^2</math>, <math>x \\in [0, 1)</math>.</p>',
      '**$x$** is 2$\\pi$': '<p><strong><math>x</math></strong> is 2<math>\\pi</math></p>',
      '$5\\%$, $\\{a\\}$ and $\\|x\\|$': '<p><math>5\\%</math>, <math>\\{a\\}</math> and <math>\\|x\\|</math></p>',
      '（$a+b$）和$c$。': '<p>（<math>a+b</math>）和<math>c</math>。</p>',
    },
  },
  formulas: {
    'in blocks keep blank lines, and prose after them is prose': {
      '$$\na = b\n\nc = d\n$$\nThis sentence is prose.\nAnd this **too**.':
        '<math block>a = b\n\nc = d</math><p>This sentence is prose.<br>And this <strong>too</strong>.</p>',
      '\\[\nx\n\n= 1\n\\]\nwhere **x** is': '<math block>x\n\n= 1</math><p>where <strong>x</strong> is</p>',
      '$$\nx = \\$1\n$$ where x is known': '<math block>x = \\$1</math><p>where x is known</p>',
    },
    'without an end stay as typed, and the prose after them is prose': {
      '$$\nx = 1\n\nNow the **next** step.': '$$\nx = 1<p>Now the <strong>next</strong> step.</p>',
      '$$ is the number of the shell.': '<p>$$ is the number of the shell.</p>',
    },
    'take the punctuation after them': {
      '\\[ a^2 + b^2 = c^2 \\].': '<math block>a^2 + b^2 = c^2.</math>',
      '$$\nx = 1\n$$.': '<math block>x = 1.</math>',
      '$$x = 1$$,\nand so on': '<math block>x = 1,</math><p>and so on</p>',
      '\\[\nx\n\\]。': '<math block>x\\text{。}</math>',
    },
    'stand in running text': {
      'Thus \\[x^2\\] holds': '<p>Thus <math block>x^2</math> holds</p>',
      'Thus \\(x\\) and $$y$$ hold': '<p>Thus <math>x</math> and <math block>y</math> hold</p>',
      '\\[a,\nb\\] and \\[x,\ny, z\\]': '<p><math block>a,\nb</math> and <math block>x,\ny, z</math></p>',
      '\\[optional,\nmore\\] \\[1, 2\\] \\[a\\]': '<p>[optional,<br>more] [1, 2] [a]</p>',
      'An \\[optional\\] part and \\[a link\\](x)': '<p>An [optional] part and [a link](x)</p>',
      '\\[WARNING\\] disk full': '<p>[WARNING] disk full</p>',
    },
    'of spaces alone stay as typed': {
      '\\[ \\] box, \\( \\) and $$ $$': '<p>[ ] box, ( ) and $$ $$</p>',
      '$$\n$$\nmore': '$$\n$$<p>more</p>',
    },
    'may be environments': {
      '\\begin{align} a &= b \\\\ c &= d \\end{align}': '<math block>\\begin{align}a &= b \\\\ c &= d\\end{align}</math>',
      '\\begin{cases}\nx\n\\end{cases}\nThen it ends.': '<math block>\\begin{cases}x\\end{cases}</math><p>Then it ends.</p>',
      'So \\begin{pmatrix} a \\\\ b \\end{pmatrix} is it': '<p>So <math block>\\begin{pmatrix} a \\\\ b \\end{pmatrix}</math> is it</p>',
    },
  },
  'lines and labels': {
    'end where they were ended': {
      'Name: Ada\nRole: Engineer\nCity: Berlin': '<p>Name: Ada<br>Role: Engineer<br>City: Berlin</p>',
      '✅ Tests pass\n✅ Lint passes\n❌ Types fail': '<p>✅ Tests pass<br>✅ Lint passes<br>❌ Types fail</p>',
      '1、第一步\n2、第二步': '<p>1、第一步<br>2、第二步</p>',
      '- a\n  b\n> c\n> d': '<ul><li><p>a<br>b</p></li></ul><blockquote><p>c<br>d</p></blockquote>',
    },
    'of footnotes and logs do not vanish': {
      'The limit is soft[^1].\n\n[^1]: Deprecated.': '<p>The limit is soft[^1].</p><p>[^1]: Deprecated.</p>',
      '[INFO]: Started': '<p>[INFO]: Started</p>',
      '[ERROR]: Timeout\n\n[INFO]: 12:30:45': '<p>[ERROR]: Timeout</p><p>[INFO]: 12:30:45</p>',
      '[Summary]: fine\nnext line': '<p>[Summary]: fine<br>next line</p>',
      'See `[INFO]`.\n\n[INFO]: a/b\n[WARN]: c.txt': '<p>See <code>[INFO]</code>.</p><p>[INFO]: a/b</p><p>[WARN]: c.txt</p>',
      '[a]: https://e.org/1\n[a]: https://e.org/2\n\n[a]':
        '<p>[a]: <a https://e.org/2>https://e.org/2</a></p><p><a https://e.org/1>a</a></p>',
      '- [ ] todo\n- [TODO]: later.': '<ul><li><p>[ ]todo</p></li><li><p>[TODO]: later.</p></li></ul>',
    },
    'of links are links': {
      'A [word][w] and [w].\n\n[w]: https://e.org "T"': '<p>A <a https://e.org>word</a> and <a https://e.org>w</a>.</p>',
      '[w]: https://e.org\n\nA [word][w].': '<p>A <a https://e.org>word</a>.</p>',
    },
  },
  alerts: {
    'have an icon and a word': {
      '> [!NOTE]\n> Useful.': '<alert note><p>(info)alertNote</p><p>Useful.</p></alert>',
      '> [!warning]  \n> **Hot** soup\n>\n> - a':
        '<alert warning><p>(warning)alertWarning</p><p><strong>Hot</strong> soup</p><ul><li><p>a</p></li></ul></alert>',
      '> [!TIP]\n>\n> Later': '<alert tip><p>(light-bulb)alertTip</p><p>Later</p></alert>',
      '- > [!CAUTION]\n  > Deep': '<ul><li><alert caution><p>(error)alertCaution</p><p>Deep</p></alert></li></ul>',
      '> [!IMPORTANT]': '<alert important><p>(comment)alertImportant</p></alert>',
    },
    'may have a title': {
      '> [!NOTE] Read **this** first\n> Useful.': '<alert note><p>(info)Read <strong>this</strong> first</p><p>Useful.</p></alert>',
      '> [!tip]- 折叠\n>\n> - a': '<alert tip><p>(light-bulb)折叠</p><ul><li><p>a</p></li></ul></alert>',
      '> [!WARNING]+\n> a': '<alert warning><p>(warning)alertWarning</p><p>a</p></alert>',
      '> [!NOTE](x)\n> y': '<blockquote><p><a ->!NOTE</a><br>y</p></blockquote>',
      '> [!NOTE]Title\n> y': '<blockquote><p>[!NOTE]Title<br>y</p></blockquote>',
    },
    'of unknown kinds keep their word on a line of its own': {
      '> [!INFO]\n> Useful.': '<blockquote><p>[!INFO]<br>Useful.</p></blockquote>',
      'Text [!NOTE]\nmore': '<p>Text [!NOTE]<br>more</p>',
    },
  },
  'HTML tags': {
    'that mark words do so': {
      'Press <kbd>Ctrl</kbd>+<kbd>C</kbd>. H<sub>2</sub>O, x<sup>2</sup>':
        '<p>Press <kbd>Ctrl</kbd>+<kbd>C</kbd>. H<sub>2</sub>O, x<sup>2</sup></p>',
      '<u>a **b** c</u> <MARK>d</MARK> <b><i>e</i></b>': '<p><u>a <strong>b</strong> c</u> <mark>d</mark> <b><i>e</i></b></p>',
      '| a |\n|---|\n| x<br><b>y</b> |': '<table><tr><th>a</th><tr><td>x<br><b>y</b></td>',
    },
    'that have no other half, or more than a name, are text': {
      'A Vec<b> or List<i>, **<s>a** b</s>': '<p>A Vec&lt;b&gt; or List&lt;i&gt;, <strong>&lt;s&gt;a</strong> b&lt;/s&gt;</p>',
      '<b onclick="x()">y</b> <script>z</script> <your-name>':
        '<p>&lt;b onclick="x()"&gt;y&lt;/b&gt; &lt;script&gt;z&lt;/script&gt; &lt;your-name&gt;</p>',
    },
    'that wrap blocks are text, not code': {
      '<div align="center">\n\n# Title\n\n</div>': '<p>&lt;div align="center"&gt;</p><h1>Title</h1><p>&lt;/div&gt;</p>',
      '<p>One **two**</p>': '<p>&lt;p&gt;One <strong>two</strong>&lt;/p&gt;</p>',
      '<!-- a comment -->\nText': '<p>&lt;!-- a comment --&gt;<br>Text</p>',
    },
    'that fold details do so': {
      '<details>\n<summary>Show the log</summary>\n\nThe **log** …\n\n</details>\nAfter':
        '<details><summary>Show the log</summary><p>The <strong>log</strong> …</p></details><p>After</p>',
      '<details open><summary>A <b>b</b></summary>Text</details>': '<details open><summary>A <b>b</b></summary><p>Text</p></details>',
      '<details>\n<summary>\nTwo\nlines\n</summary>\n\n```js\n</details>\n```\n\n- a\n- b\n\n</details>':
        '<details><summary>Two lines</summary><pre>&lt;/details&gt;</pre><ul><li><p>a</p></li><li><p>b</p></li></ul></details>',
      '<details><summary>a</summary>\n<details><summary>b</summary>\nc\n</details>\nd\n</details>\ne':
        '<details><summary>a</summary><details><summary>b</summary><p>c</p></details><p>d</p></details><p>e</p>',
      '- x\n  <details>\n  <summary>s</summary>\n  t\n  </details>\n- y':
        '<ul><li><p>x</p><details><summary>s</summary><p>t</p></details></li><li><p>y</p></li></ul>',
      'No </details> here\n</details>': '<p>No &lt;/details&gt; here<br>&lt;/details&gt;</p>',
    },
  },
  'fences in a block of markdown': {
    'stay inside also where the block has the name of a file': {
      '```markdown:README.md\n```sh\na\n```\nb\n```\nc': '<pre>```sh\na\n```\nb</pre><p>c</p>',
      '```docs/README.md\n```sh\na\n```\n```\nc': '<pre>```sh\na\n```</pre><p>c</p>',
    },
    'open and close inner blocks': {
      'Here:\n\n```markdown\n# Tool\n```bash\nnpm i\n```\nUse it.\n```js\na()\n```\n```\nThat is all.':
        '<p>Here:</p><pre># Tool\n```bash\nnpm i\n```\nUse it.\n```js\na()\n```</pre><p>That is all.</p>',
      '```md\n~~~\na\n~~~\n```sh\nb\n```\n```\nc': '<pre>~~~\na\n~~~\n```sh\nb\n```</pre><p>c</p>',
      '```md\n~~~\n```\na\n```\n~~~\n```\nb': '<pre>~~~\n```\na\n```\n~~~</pre><p>b</p>',
      '```md\n~~~~sh\n~~~\n```\n~~~~\n```\nb': '<pre>~~~~sh\n~~~\n```\n~~~~</pre><p>b</p>',
      '~~~md\n```\n~~~\n```\n~~~\nb': '<pre>```\n~~~\n```</pre><p>b</p>',
      '```md\n~~~md\n```\n~~~\n```\n~~~\n```\nb': '<pre>~~~md\n```\n~~~\n```\n~~~</pre><p>b</p>',
      '```{.markdown}\n```js\na\n```\n```\nb': '<pre>```js\na\n```</pre><p>b</p>',
      '~~~MDX title=x\n~~~py\na\n~~~\n~~~\nb': '<pre>~~~py\na\n~~~</pre><p>b</p>',
      '```markdown\n```markdown\n```js\na\n```\n```\n```\nb': '<pre>```markdown\n```js\na\n```\n```</pre><p>b</p>',
      '- a\n  ```md\n  ```js\n  x\n  ```\n  ```\n- b': '<ul><li><p>a</p><pre>```js\nx\n```</pre></li><li><p>b</p></li></ul>',
    },
    'leave other code as it is': {
      '```bash\n```js\na\n```\nb': '<pre>```js\na</pre><p>b</p>',
      '````markdown\n```js\na\n```\n````\nb': '<pre>```js\na\n```</pre><p>b</p>',
      '```markdown\nUse ```a``` here\n```b`c\n```\nd': '<pre>Use ```a``` here\n```b`c</pre><p>d</p>',
    },
  },
  'hidden characters': {
    'are visible in code and text': {
      '```c\n/*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin admins only */\n```':
        '<pre>/*[U+202E] } [U+2066]if (isAdmin)[U+2069] [U+2066] begin admins only */</pre>',
      'Run `rm\u200b -rf` and \u202e this': '<p>Run <code>rm[U+200B] -rf</code> and [U+202E] this</p>',
      '    a\u001bb\u0000c\ufeff': '<pre>a[U+001B]b[U+0000]c[U+FEFF]</pre>',
      'x\u2067y **\u202dz**': '<p>x[U+2067]y <strong>[U+202D]z</strong></p>',
    },
    'of a line of code that has more than 32 are spelled out': {
      [`\`\`\`\n${'a\u202e'.repeat(34)}b\n\`\`\``]: `<pre>${'a[U+202E]'.repeat(31)}a[U+202Ea[U+202E]a[U+202E]b]</pre>`,
      [`\`\`\`js\n${'\u200b'.repeat(33)} ;\n\`\`\``]: `<pre>${'[U+200B]'.repeat(31)}[U+200B[U+200B] ;]</pre>`,
    },
    'of which more than 32 stand together in text are spelled out': {
      [`a ${'\u202e'.repeat(34)}b \u202e`]: `<p>a ${'[U+202E]'.repeat(31)}[U+202E[U+202E][U+202E]]b [U+202E]</p>`,
      [`| a |\n|---|\n| ${'\u2066'.repeat(33)} |`]: `<table><tr><th>a</th><tr><td>${'[U+2066]'.repeat(31)}[U+2066[U+2066]]</td>`,
      [`\`${'\u200b'.repeat(33)}\``]: `<p><code>${'[U+200B]'.repeat(31)}[U+200B[U+200B]]</code></p>`,
    },
    'that a script or an emoji needs stay': {
      '`👨\u200d👩\u200d👧` می\u200cخواهم ❤\ufe0f': '<p><code>👨\u200d👩\u200d👧</code> می\u200cخواهم ❤\ufe0f</p>',
    },
  },
  files: {
    'that exist are links, in links and in code': {
      '[greeting.py](greeting.py) [line 2](greeting.py#L2) [x](src/app.ts:12)':
        '<p><a greeting.py>greeting.py</a> <a greeting.py#L2>line 2</a> <a src/app.ts:12>x</a></p>',
      'See `greeting.py:2`, `Makefile` and ![shot](docs/shot.png)':
        '<p>See <code file>greeting.py:2</code>, <code file>Makefile</code> and <a docs/shot.png>(file-media)image</a></p>',
      '[a](my%20file.md) [b](<my file.md>)': '<p><a my file.md>a</a> <a my file.md>b</a></p>',
    },
    'that do not exist, and other words, are not': {
      '[a](other.py) `other.py` `flow()` `1.2.3` `a.b(c)`':
        '<p><a ->a</a> <code>other.py</code> <code>flow()</code> <code>1.2.3</code> <code>a.b(c)</code></p>',
      '[a](javascript:alert(1)) [b](#there) [c](https://e.org/greeting.py)':
        '<p><a ->a</a> <a ->b</a> <a https://e.org/greeting.py>c</a></p>',
    },
  },
  'rows of a table with more bars than columns': {
    'lose no word: bars in code and formulas are text': {
      '| a | b |\n|--|--|\n| $|x|$ | `a|b` |': '<table><tr><th>a</th><th>b</th><tr><td><math>|x|</math></td><td><code>a|b</code></td>',
      '| or | `||` |\n|--|--|\n| pipe | `a | b` and `c|d` |':
        '<table><tr><th>or</th><th><code>||</code></th><tr><td>pipe</td><td><code>a | b</code> and <code>c|d</code></td>',
    },
    'lose no word: the last cell takes what is left over': {
      '| a | b |\n|--|--|\n| 1 | 2 | 3 |': '<table><tr><th>a</th><th>b</th><tr><td>1</td><td>2 | 3</td>',
    },
  },
};
