// The texts of the interface: one word for one thing, punctuation of the language, whole sentences.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chineseTexts } from '../../src/core/provider/demo/chineseTexts.ts';

const root = new URL('../../', import.meta.url);
const json = (file: string): Record<string, string> => JSON.parse(readFileSync(new URL(file, root), 'utf8')) as Record<string, string>;
const english = json('package.nls.json');
/** Each sentence in English and in Chinese. */
const pairs: readonly (readonly [english: string, chinese: string])[] = [
  ...Object.entries(json('l10n/bundle.l10n.zh-cn.json')),
  ...Object.entries(json('package.nls.zh-cn.json')).map(([key, text]) => [english[key] ?? key, text] as const),
];
/** Without code, and without what a link runs. */
const prose = (text: string): string => text.replaceAll(/`[^`]*`/g, '`').replaceAll(/\]\(command:[^)]*\)/g, ']');

it('has full-width punctuation beside Chinese, and no blank behind it', () => {
  const half = /[\u4e00-\u9fff“”][,.:;?!]|[,:;?!][\u4e00-\u9fff]|[\u4e00-\u9fff]\(|\)[\u4e00-\u9fff]/;
  const blank = /[。，：；？！、] /;
  const demo = Object.values(chineseTexts).map((text) =>
    typeof text === 'string' ? text : String((text as (value: never) => string)('/x' as never)),
  );
  const wrong = [...pairs.map(([, text]) => text), ...demo].map(prose).filter((text) => half.test(text) || blank.test(text));
  expect(wrong).toEqual([]);
});

/** A term, the Chinese for it, and words that mean the same and are not used. */
const terms: readonly (readonly [term: RegExp, chinese: RegExp, unused?: RegExp])[] = [
  [/\bendpoints?\b/i, /端点|endpoints/],
  [/\bAPI keys?\b/, /密钥/],
  [/\bconversations?\b/i, /对话/, /会话/],
  [/\bcontext window\b/i, /上下文窗口/, /可读取的长度/],
  [/\bsystem prompt\b/i, /系统提示词/],
  [/\b(?:secondary )?side bar\b/i, /侧边栏/, /侧栏/],
  [/\btriggers?\b/i, /触发器|triggers/],
  [/\bbudgets?\b/i, /预算/],
  [/\btokens?\b/i, /token|首字/i, /令牌|标记数/],
  [/\bmodels?\b/i, /模型|models/, /模组/],
  [/\bundo\b(?! this)/i, /撤消/, /撤销/],
  [/\bselection\b/i, /所选|选区/, /选中内容/],
  [/\breasoning\b/i, /思考|reasoning/i, /推理/],
  [/\bchat service\b/i, /本地 API 服务/, /聊天服务/],
  [/\bresum(?:e|es|ed)\b/i, /续写|重新|恢复|resume/],
  [/\bcompare\b/i, /比较/, /对比/],
  [/^Prompt$/, /^输入$/],
  [/\bfirst token\b/i, /首字|第一个 token/],
  [/\bhistory\b/i, /历史|对话/],
];
const unused = /您|首个 token|保存流(?!式)|重放流|点击|提示 token/;

it('has one Chinese word for one thing', () => {
  const wrong = pairs.flatMap(([text, chinese]) => [
    ...terms.filter(([term, word]) => term.test(prose(text)) && !word.test(chinese)).map(([, word]) => `${chinese} (${word.source})`),
    ...[...terms.map(([, , other]) => other), unused]
      .filter((other) => other?.test(chinese))
      .map((other) => `${chinese} (not ${other!.source})`),
  ]);
  expect(wrong).toEqual([]);
});

it('has one English word for one thing', () => {
  const other = /\bsession\b|\bAI model\b|\bLLM provider\b|\bsidebar\b|\bchat history\b|\bapi key\b|\bAPI-key\b|can not\b/;
  expect(pairs.filter(([text]) => other.test(prose(text))).map(([text]) => text)).toEqual([]);
});

it('makes no sentence of parts: what is joined are whole sentences, by the language', () => {
  const folder = new URL('src/vscode/', root);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  // `${t(…)} …`, `t(…) + …` and a list of sentences joined by a blank.
  const sentence = String.raw`(?:vscode\.l10n\.)?t\((?:'[^']*'|"[^"]*")`;
  const glued = new RegExp(
    [String.raw`\$\{${sentence}[^}]*\}(?: (?!·)|[,;:]|\.(?!md)|\$\{)`, String.raw`\b${sentence}\) \+ `, String.raw`\+ ${sentence}`].join(
      '|',
    ),
    'g',
  );
  const found = files.flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const joins = /\bt\('/.test(text) ? [...text.matchAll(/\]\.join\('[ ,;]+'\)/g)] : [];
    return [...text.matchAll(glued), ...joins].map(([words]) => `${file}: ${words}`);
  });
  // The page has its sentences as `strings.name`.
  const pages = new URL('src/webview/', root);
  const name = String.raw`[\w.#]*\bstrings\.\w+`;
  const gluedInPage = new RegExp(
    [
      String.raw`\$\{${name}\}[ ,;:]+\$\{`,
      String.raw`\}[ ,;:]+\$\{${name}\}`,
      `${name} \\+ `,
      `\\+ ${name}`,
      String.raw`\.join\('[,;] *'\)`,
    ].join('|'),
    'g',
  );
  for (const file of readdirSync(pages, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.ts')))
    found.push(...[...readFileSync(new URL(file, pages), 'utf8').matchAll(gluedInPage)].map(([words]) => `${file}: ${words}`));
  expect(found).toEqual([]);
});
