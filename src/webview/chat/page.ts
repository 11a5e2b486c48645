// The page: makes its parts, and answers each frame of the host once it is drawn.
import './page.css';
import type { ModelLabel, PageBoot, ToPage } from '../../core/chat/page/protocol.ts';
import { Announcer } from './announcer.ts';
import { Composer } from './composer/composer.ts';
import { roomRules } from './controlRoom.ts';
import { takeDrops } from './composer/drop.ts';
import { EmptyState } from './empty.ts';
import { FileRequests } from './fileRequests.ts';
import { FindBar } from './find/findBar.ts';
import { AutoScroll } from './autoScroll.ts';
import { create } from '../shared/create.ts';
import { connectHost } from '../shared/host.ts';
import { jumpButton } from './jump.ts';
import type { CodeUse } from '../markdown/code/codeBar.ts';
import { Highlighter } from '../markdown/code/highlighter.ts';
import { Markdown } from '../markdown/markdown.ts';
import { pageKey } from './keys.ts';
import { nextFrame } from '../shared/nextFrame.ts';
import { Questions } from './questions.ts';
import { SelectionBar } from './selection/selectionBar.ts';
import { Transcript } from './transcript.ts';

const boot = JSON.parse(document.getElementById('boot')!.textContent!) as PageBoot;
const { strings } = boot;
const host = connectHost();
const announcer = new Announcer();
const composer = new Composer({ host, strings, questions: () => transcript.questions, sent: () => follower.jump() });
const files = new FileRequests(host);
const empty = new EmptyState(boot, {
  send: (text) => host.post({ type: 'send', text }),
  write: (text) => composer.insert(text),
  connect: (text) => host.post({ type: 'connect', text }),
  choose: () => host.post({ type: 'addEndpoint' }),
});
const markdownPorts = {
  strings,
  highlighter: new Highlighter(),
  use: (use: CodeUse, language: string, code: string) => host.post({ type: 'code', use, language, code }),
  open: (href: string) => host.post({ type: 'open', href }),
  findFiles: (names: readonly string[]) => files.find(names),
  openFile: (name: string) => host.post({ type: 'openFile', name }),
};
const transcript = new Transcript(
  { host, strings, readParagraphs: boot.readParagraphs, markdown: (element) => new Markdown(element, markdownPorts) },
  announcer,
  empty.element,
);
const jump = jumpButton(strings, () => {
  follower.jump();
  transcript.element.focus({ preventScroll: true });
});
const follower = new AutoScroll(transcript.element, transcript.content, (following) => (jump.hidden = following));

const find = new FindBar({ strings, transcript, view: follower });
const questions = new Questions({ strings, transcript, view: follower });

const selection = new SelectionBar({
  host,
  strings,
  transcript: transcript.element,
  quote: (markdown) => {
    composer.add(markdown);
    composer.focus();
  },
});

document.adoptedStyleSheets.push(roomRules());
const stage = create('div', { className: 'stage' }, find.element, questions.element, transcript.element, jump);
document.getElementById('root')!.append(stage, composer.element, selection.element, announcer.element, announcer.reading);

function hear(message: ToPage): void {
  switch (message.type) {
    case 'reset':
      host.keepConversation(message.conversation);
      transcript.reset(message.messages);
      show(message.model);
      composer.running = transcript.running;
      return follower.jump();
    case 'rows':
      transcript.addHistory(message.messages);
      composer.running = transcript.running;
      return follower.keep();
    case 'conversation':
      return host.keepConversation(message.id);
    case 'frame':
      transcript.apply(message.changes);
      follower.keep();
      composer.running = transcript.running;
      return nextFrame(() => host.post({ type: 'drawn', frame: message.frame }));
    case 'model':
      return show(message.model);
    case 'attached':
      composer.attachments = message.attachments;
      return;
    case 'parameters':
      return composer.parameters(message.parameters, message.efforts);
    case 'promptSize':
      return composer.nextPrompt(message.size, message.notice);
    case 'picture':
      return composer.attach(message.name, message.bytes);
    case 'offers':
      return composer.offers(message.request, message.offers);
    case 'filesFound':
      return files.found(message.request, message.found);
    case 'draft':
      return composer.add(message.text);
    case 'restore':
      return composer.restore(message.draft);
    case 'focus':
      return composer.focus();
    case 'connection':
      return empty.connection.told(message.text);
    case 'openFind':
      return find.open(message.words);
    case 'goTo':
      return questions.go(message.question);
    default:
      message satisfies never;
  }
}

function show(model: ModelLabel): void {
  composer.model = model;
  empty.model = model.id;
}

/** The webview has the focus, but no control in it. */
function takeKeyboard(): void {
  if (!document.hasFocus() || document.activeElement === document.body) composer.focus();
}

takeDrops(document.body, {
  post: (message) => host.post(message),
  insert: (text) => composer.insert(text),
  file: (file) => composer.attach(file.name, file),
});
// On `window`, so that menus and forms can handle Escape first.
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.isComposing) composer.stop();
});
// Handled before VS Code gets them: its Find would search the file beside the chat.
window.addEventListener(
  'keydown',
  (event) => {
    const key = pageKey(event);
    if (key === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (key === 'find') find.open();
    else questions.go(key);
  },
  { capture: true },
);
host.onKeyboard(takeKeyboard);
host.listen(hear);
host.post({ type: 'ready' });
if (document.hasFocus()) takeKeyboard();
