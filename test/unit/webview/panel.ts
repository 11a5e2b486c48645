// The page by itself in Chromium, under the same content security policy, with a host made of two lists.
import type { Browser, Page } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import type { FromPage, PageBoot, PageMessage, ToPage } from '../../../src/core/chat/page/protocol.ts';
import { bundle, openEmpty, ORIGIN, type Bundle } from './chromium.ts';

const root = new URL('../../../', import.meta.url).pathname;

const sentences: Record<string, string> = {
  conversation: 'Conversation',
  message: 'Message',
  placeholder: 'Ask anything',
  send: 'Send',
  stop: 'Stop',
  resume: 'Resume',
  regenerate: 'Regenerate',
  copy: 'Copy',
  copied: 'Copied',
  copyMarkdown: 'Copy as Markdown',
  copyPlainText: 'Copy as Plain Text',
  more: 'More actions',
  insertAtCursor: 'Insert at cursor',
  jumpToLatest: 'Jump to latest',
  copyCode: 'Copy code',
  insertCode: 'Insert code at cursor',
  newFile: 'New file from code',
  applyToSelection: 'Apply to selection',
  wrapLines: 'Wrap lines',
  reasoning: 'Reasoning',
  seam: 'Resumed after an interruption',
  sources: 'Sources',
  lostAttempt: 'Interrupted attempt',
  lostAttemptCost: 'Interrupted attempt · {0} tokens',
  answerStarted: 'The answer has begun.',
  answerFinished: 'The answer is complete.',
  emptyTitle: 'Rivulet',
  emptyHint: 'Answers stream in here, without stutter.',
  connectTitle: 'Connect a model',
  connectHint: 'The address is asked for its models at once.',
  connectPlaceholder: 'Paste an API address and a key',
  connect: 'Connect',
  connecting: 'Connecting…',
  chooseService: 'Choose a Service…',
  tryDemo: 'Or try the demo:',
  selectModel: 'Select model',
  newChat: 'New chat',
  image: 'Image: {0}',
  alertNote: 'Note',
  alertTip: 'Tip',
  alertImportant: 'Important',
  alertWarning: 'Warning',
  alertCaution: 'Caution',
  retryIn: '{0} Next try in {1} s.',
  stateStopped: 'Stopped',
  stateLimit: 'Limit reached',
  stateTruncated: 'Cut off',
  stateError: 'Failed',
  stateWaiting: 'Waiting',
  renderDiagram: 'Draw the diagram',
  history: 'Conversations',
  compare: 'Compare models',
  pick: 'Continue with this answer',
  edit: 'Edit',
  editing: 'Edit your question',
  cancel: 'Cancel',
  fork: 'New chat from here',
  olderVersion: 'Older version',
  newerVersion: 'Newer version',
  version: '{0} of {1}',
  attach: 'Attach a file or the selection',
  attached: 'Attached',
  detach: 'Remove {0}',
  token: 'about {0} token',
  tokens: 'about {0} tokens',
  pictureSize: '{0} × {1}, {2}',
  pictureSmaller: 'Made smaller from {0} × {1} pixels: models read at most {2} on a side.',
  openPicture: 'Open {0}',
  parameters: 'Parameters',
  parametersSet: 'Parameters ({0} changed)',
  effort: 'Effort',
  effortDefault: 'Default',
  temperature: 'Temperature',
  maxTokens: 'Most tokens',
  verbosity: 'Verbosity',
  stopTexts: 'Stop texts, one per line',
  bodyFields: 'Further fields of the request, as a JSON object',
  notAnObject: 'This is not a JSON object.',
  apply: 'Use',
  resetParameters: 'Reset',
  summary: 'Summary of the conversation so far',
  nextPrompt: 'Next prompt',
  promptTokens: '{0} tokens',
  promptOf: '{0} of {1} tokens',
  promptNear: 'Little room is left for the answer.',
  promptOver: 'This is more than the model can read.',
  promptSystem: 'Instructions: {0}',
  promptHistory: 'Conversation so far: {0}',
  promptAttachments: 'Attachments: {0}',
  promptQuestion: 'Question: {0}',
  promptAnswer: 'Kept free for the answer: {0}',
  offers: 'What to attach',
  noOffers: 'No matching files',
  answers: 'Answers to compare',
};
const boot: PageBoot = {
  strings: sentences as unknown as PageBoot['strings'],
  examples: ['Explain this repository', 'Write a test', 'What is a rivulet?'],
  openings: ['Explain this code:', 'What does this error mean?'],
};

export interface Panel {
  readonly page: Page;
  readonly tell: (message: ToPage) => Promise<void>;
  readonly said: () => Promise<FromPage[]>;
  /** Streams text into the message in frames, each sent when the one before was drawn. */
  readonly stream: (id: string, pieces: readonly string[], part?: 'text' | 'reasoning') => Promise<void>;
}

export interface PanelOptions {
  readonly theme?: 'vscode-light' | 'vscode-dark' | 'vscode-high-contrast';
}

/** The page's own bundle with the icon font, as the extension ships them. */
export async function bundlePanel(): Promise<Bundle> {
  const icons = await Promise.all(
    ['codicon.css', 'codicon.ttf'].map(
      async (name) => [`/${name}`, await readFile(`${root}node_modules/@vscode/codicons/dist/${name}`)] as const,
    ),
  );
  return new Map([...(await bundle(`${root}src/webview/chat/page.ts`, { minify: true })), ...icons]);
}

/** One tab in which the panel is opened again and again: a new tab each time would be most of a test. */
export interface PanelTab extends AsyncDisposable {
  open(options?: PanelOptions): Promise<Panel>;
}

export async function panelTab(browser: Browser, files: Bundle): Promise<PanelTab> {
  const context = await browser.newContext({ viewport: { width: 460, height: 800 } });
  await context.addInitScript(`
    window.said = []; window.drawn = 0;
    window.acquireVsCodeApi = () => ({
      postMessage: (m) => { if (m.type === 'drawn') window.drawn = m.frame; said.push(m); },
      setState: (s) => { window.kept = s; },
    });`);
  let options: PanelOptions = {};
  const page = await openEmpty(context, files, () => documentOf(options));
  return {
    async open(wanted = {}) {
      options = wanted;
      await page.emulateMedia({ reducedMotion: null });
      await page.setViewportSize({ width: 460, height: 800 });
      await page.goto(ORIGIN);
      return panelIn(page, options.theme ?? 'vscode-dark');
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

function documentOf({ theme = 'vscode-dark' }: PanelOptions): string {
  const csp =
    `default-src 'none'; script-src 'nonce-n' ${ORIGIN}; style-src ${ORIGIN} 'nonce-n'; ` + `font-src ${ORIGIN}; img-src ${ORIGIN} data:`;
  return `<html lang="en"><meta http-equiv="Content-Security-Policy" content="${csp}">
    <link rel="stylesheet" id="vscode-codicon-stylesheet" href="/codicon.css"><link rel="stylesheet" href="/page.css">
    <body class="${theme}"><script type="application/json" id="boot">${JSON.stringify(boot)}</script><div id="root"></div>`;
}

async function panelIn(page: Page, theme: string): Promise<Panel> {
  const variables = await readFile(new URL(`./themes/${theme}.json`, import.meta.url), 'utf8');
  await page.evaluate((text) => {
    for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, string>))
      document.documentElement.style.setProperty(name, value);
    document.body.style.background = 'var(--vscode-sideBar-background)';
  }, variables);
  let frame = 0;
  const have = new Map<string, number>();
  const tell = (message: ToPage) => page.evaluate((data) => window.postMessage(data, '*'), message);
  return {
    page,
    tell,
    said: () => page.evaluate('said') as Promise<FromPage[]>,
    async stream(id, pieces, part = 'text') {
      for (const text of pieces) {
        const key = `${id} ${part}`;
        const at = have.get(key) ?? 0;
        have.set(key, at + text.length);
        frame++;
        await tell({ type: 'frame', frame, changes: [{ type: 'append', message: id, part, at, text }] });
        await page.waitForFunction((n) => (window as unknown as { drawn: number }).drawn >= n, frame);
      }
    },
  };
}

export function message(partial: Partial<PageMessage> & Pick<PageMessage, 'id'>): PageMessage {
  return { role: 'assistant', author: 'demo/tour', text: '', reasoning: '', seams: [], status: { state: 'streaming' }, ...partial };
}

export const model = { id: 'demo/tour', label: 'Demo (offline, no model)' };
