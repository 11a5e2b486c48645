// The rooms of `src`, bottom up: what each holds and what it may import. test/unit/layers.test.ts holds the imports to this table;
// `npm run docs` copies it into docs/architecture.md.

export interface Room {
  /** A folder or file below `src`. */
  readonly path: string;
  readonly holds: string;
  /** Rooms, files and packages that it may import beside its own files. */
  readonly mayImport: readonly string[];
}

const room = (path: string, holds: string, ...mayImport: readonly string[]): Room => ({ path, holds, mayImport });

const core = ['api.ts', 'core'];
const hostRooms = [
  'settings',
  'ui',
  'runtime',
  'models',
  'languages',
  'usage',
  'insert',
  'support',
  'languageModels',
  'chat',
  'commands.ts',
].map((name) => `vscode/${name}`);

export const rooms: readonly Room[] = [
  room('api.ts', 'the public types'),
  room('core/provider', 'what a server is asked and what it says', 'api.ts', 'openai'),
  room('core/inspect', 'rules on the live text: fences, limits, triggers, repetition', 'api.ts'),
  room('core/tokens', 'counting tokens', 'api.ts', 'core/provider'),
  room('core/request', 'one request: its clocks, its connection, its tool calls', 'api.ts', 'core/provider'),
  room(
    'core/resume',
    'continuing an answer that broke off',
    'api.ts',
    'core/provider',
    'core/request',
    'core/tokens',
    'core/answer/liveStream.ts',
  ),
  room(
    'core/answer',
    'one answer over all its requests, as a tape with readers',
    'api.ts',
    'core/provider',
    'core/inspect',
    'core/tokens',
    'core/request',
    'core/resume',
  ),
  room(
    'core/chat',
    'conversations, their journal, and the messages between host and page',
    'api.ts',
    'core/answer',
    'core/request',
    'valibot',
  ),
  room('core/insert', 'how text of an answer becomes text of a document', 'api.ts'),
  room('core/usage', 'what was used and what it cost', 'api.ts', 'core/request'),
  room(
    'core/settings',
    'the settings, checked against their schema',
    'api.ts',
    'core/provider',
    'core/answer',
    'core/inspect',
    'core/provider',
    'core/usage',
    'valibot',
  ),
  room('node', 'what needs Node but not VS Code: files, tokenizers, servers on loopback', ...core, 'node:'),
  room('vscode/feature.ts', 'what each feature gives: commands and an end'),
  room('vscode/ui', 'sentences, and the one door for texts in VS Code', ...core, 'vscode'),
  room('vscode/settings', 'settings and API keys', ...core, 'vscode', 'vscode/ui'),
  room('vscode/runtime', 'the engine and what it stands on', ...core, 'node', 'vscode', 'vscode/settings'),
  room(
    'vscode/models',
    'endpoints, and the way from a question to a running answer',
    ...core,
    'node',
    'vscode',
    'vscode/feature.ts',
    'vscode/settings',
    'vscode/ui',
    'vscode/runtime',
  ),
  room(
    'vscode/languages',
    'what extensions declare of languages, and what a cursor stands in',
    ...core,
    'vscode',
    'jsonc-parser',
    'vscode-textmate',
    'vscode-oniguruma',
    'valibot',
  ),
  ...['usage', 'insert', 'support', 'languageModels'].map((name) =>
    room(
      `vscode/${name}`,
      {
        usage: 'counts, budgets, the status bar, the usage page',
        insert: 'answers in the editor',
        support: 'log, diagnostics, recordings, the chat service',
        languageModels: "Rivulet in VS Code's own Chat and for other extensions",
      }[name]!,
      ...core,
      'node',
      'node:',
      'vscode',
      'vscode/feature.ts',
      'vscode/settings',
      'vscode/ui',
      'vscode/runtime',
      'vscode/models',
      ...(name === 'insert' ? ['vscode/languages'] : []),
    ),
  ),
  room(
    'vscode/chat',
    'the chat: conversations, pages, attachments',
    ...core,
    'node',
    'node:',
    'vscode',
    'vscode/feature.ts',
    'vscode/settings',
    'vscode/ui',
    'vscode/runtime',
    'vscode/models',
    'vscode/usage',
    'vscode/insert',
  ),
  room('vscode/commands.ts', 'registers the commands of all features', 'vscode', 'vscode/feature.ts', 'vscode/ui'),
  room('webview/shared', 'what both pages share', 'core/chat/protocol.ts'),
  room(
    'webview/markdown',
    'Markdown to DOM, while it streams',
    'core/chat/protocol.ts',
    'webview/shared',
    'markdown-it',
    'markdown-it-cjk-friendly',
    'highlight.js',
    'lit',
    '@vscode-elements',
    'katex',
  ),
  room('webview/chat', 'the chat page', 'core/chat/protocol.ts', 'webview/shared', 'webview/markdown', 'lit', '@vscode-elements'),
  room('webview/usage', 'the usage page', 'core/usage/protocol.ts', 'webview/shared', 'lit', '@vscode-elements'),
  room('extension.ts', 'makes the features in order', 'api.ts', 'vscode', ...hostRooms),
];
