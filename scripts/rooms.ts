// The rooms of `src`: what each holds and what it may import. test/unit/layers.test.ts holds the imports to this table;
// `npm run docs` copies it into docs/architecture.md.

export interface Room {
  /** A folder or file below `src`. */
  readonly path: string;
  readonly holds: string;
  /** Beginnings of paths below `src`, and packages. A room may always import itself. */
  readonly mayImport: readonly string[];
}

export const rooms: readonly Room[] = [
  { path: 'api.ts', holds: 'every public type', mayImport: [] },
  {
    path: 'core/provider',
    holds: 'requests to a server and the decoding of its answer',
    mayImport: ['api.ts', 'openai', 'eventsource-parser'],
  },
  { path: 'core/inspect', holds: 'what watches the text of an answer: fences, triggers, limits', mayImport: ['api.ts'] },
  { path: 'core/tokens', holds: 'token counts', mayImport: ['api.ts', 'core/provider'] },
  { path: 'core/request', holds: 'one request, its timeouts and its place in the queue', mayImport: ['api.ts', 'core/provider'] },
  {
    path: 'core/resume',
    holds: 'how an interrupted answer is continued',
    mayImport: ['api.ts', 'core/provider', 'core/request', 'core/tokens', 'core/answer/liveStream.ts'],
  },
  {
    path: 'core/answer',
    holds: 'one answer: its attempts, its retries, its single end',
    mayImport: ['api.ts', 'core/provider', 'core/inspect', 'core/tokens', 'core/request', 'core/resume'],
  },
  {
    path: 'core/chat',
    holds: 'conversations, their journal, and the protocol of the page',
    mayImport: ['api.ts', 'core/answer', 'core/request'],
  },
  { path: 'core/insert', holds: 'how the text of an answer becomes text of a document', mayImport: ['api.ts'] },
  { path: 'core/usage', holds: 'what was used and what it cost', mayImport: ['api.ts', 'core/request'] },
  {
    path: 'node',
    holds: 'what needs Node: files, tokenizer, local servers, the chat service',
    mayImport: ['api.ts', 'core/', 'node:'],
  },
  { path: 'vscode', holds: 'what needs VS Code', mayImport: ['api.ts', 'core/', 'node/', 'vscode', 'node:'] },
  {
    path: 'webview',
    holds: 'the page',
    mayImport: ['core/chat/protocol.ts', 'core/usage/protocol.ts', 'markdown-it', 'highlight.js', 'lit', '@vscode-elements/', 'katex'],
  },
  { path: 'extension.ts', holds: 'creates the parts and connects them', mayImport: [''] },
];
