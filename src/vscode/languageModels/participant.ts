/** `@rivulet` in VS Code's Chat: answers with the selected model; `/compare` asks several; `/continue` resumes the last answer. */
import * as vscode from 'vscode';
import type { Message, StreamEvent } from '../../api.ts';
import { toAsyncIterable, mergeStreams } from '../../core/answer/tape/mergeStreams.ts';
import { isHttp } from '../../core/provider/baseURL.ts';
import { plainText, withoutAutolinks } from '../ui/plainText.ts';
import { SafeMarkdown } from '../ui/safeMarkdown.ts';
import { pickModels } from '../models/modelPicker.ts';
import type { AskedOf } from '../ui/sentences/failureSentences.ts';
import { loadingSentence } from '../ui/sentences/failureSentences.ts';
import { endSentence } from '../ui/sentences/answerSentences.ts';
import type { ToolPorts } from './askModelTool.ts';
import { contentOfRequest, type ReadFile } from './references.ts';

export interface ParticipantPorts extends ToolPorts {
  readonly readFile: ReadFile;
}

/** Stored with the turn: what `/continue` needs to know about an interrupted answer. */
interface Metadata {
  readonly text: string;
  readonly model: string;
}

export function registerParticipant(ports: ParticipantPorts): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant('rivulet.chat', async (request, context, response, token) => {
    if (request.command === 'continue') return continueLast(ports, context.history, response, token);
    const content = await contentOfRequest(request, ports.readFile, (problem) => response.progress(plainText(problem)));
    const messages: readonly Message[] = [...(await messagesOf(context.history, ports.readFile)), { role: 'user', content }];
    if (request.command === 'compare') return compare(ports, messages, response, token);
    return ask(ports, ports.settings.now().model, messages, '', response, token);
  });
  participant.iconPath = new vscode.ThemeIcon('comment-discussion');
  return participant;
}

async function ask(
  { answers, endpoints }: ParticipantPorts,
  model: string,
  messages: readonly Message[],
  partial: string,
  response: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  const stream = await answers.begin({ model, messages: answers.withSystemPrompt(messages) }, { triggers: [], token }, { partial });
  let text = partial;
  let errorDetails: vscode.ChatErrorDetails | undefined;
  for await (const event of toAsyncIterable(() => stream)) {
    if (event.type === 'wait') response.progress(vscode.l10n.t('Waiting {0} s before the next attempt', Math.ceil(event.seconds)));
    if (event.type === 'loading') response.progress(loadingSentence({ server: endpoints.label(model), model }));
    if (event.type === 'text') {
      text += event.text;
      response.markdown(event.text);
    }
    if (event.type !== 'end') continue;
    for (const { url } of event.citations ?? []) if (isHttp(url)) response.reference(vscode.Uri.parse(url));
    errorDetails = problemOf(event, endpoints.asked(model));
  }
  return { metadata: { text, model } satisfies Metadata, ...(errorDetails === undefined ? {} : { errorDetails }) };
}

async function continueLast(
  ports: ParticipantPorts,
  history: vscode.ChatContext['history'],
  response: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  const last = history.findLastIndex((turn) => turn instanceof vscode.ChatResponseTurn && metadataOf(turn)?.text !== undefined);
  const turn = history[last];
  const begun = turn instanceof vscode.ChatResponseTurn ? metadataOf(turn) : undefined;
  if (begun === undefined || begun.text === '') {
    response.markdown(vscode.l10n.t('There is no answer to resume yet. Ask @rivulet a question first.'));
    return {};
  }
  return ask(ports, begun.model, await messagesOf(history.slice(0, last), ports.readFile), begun.text, response, token);
}

async function compare(
  { answers, endpoints, settings }: ParticipantPorts,
  messages: readonly Message[],
  response: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  const models = await pickModels({ endpoints, settings });
  if (models === undefined) {
    response.markdown(vscode.l10n.t('You chose no models to compare.'));
    return {};
  }
  const asked = answers.withSystemPrompt(messages);
  const starts = models.map((model) => () => answers.begin({ model, messages: asked }, { triggers: [], token }));
  let shown = -1;
  for await (const { index, event } of mergeStreams(starts, 'in-order', models.length)) {
    if (index !== shown) response.markdown(new SafeMarkdown().ours('\n\n### ').text(endpoints.label(models[index]!)).ours('\n\n').value);
    shown = index;
    if (event.type === 'text') response.markdown(event.text);
    const problem = event.type === 'end' ? problemOf(event, endpoints.asked(models[index]!)) : undefined;
    if (problem !== undefined) response.markdown(new SafeMarkdown().ours('\n\n*').text(problem.message).ours('*').value);
  }
  return {};
}

/** VS Code shows by itself that an answer was stopped. */
function problemOf(end: Extract<StreamEvent, { type: 'end' }>, asked: AskedOf): vscode.ChatErrorDetails | undefined {
  const message = end.reason === 'cancelled' ? undefined : endSentence(end, asked);
  return message === undefined ? undefined : { message: withoutAutolinks(plainText(message)) };
}

function metadataOf(turn: vscode.ChatResponseTurn): Metadata | undefined {
  const metadata = turn.result.metadata as Partial<Metadata> | undefined;
  return typeof metadata?.text === 'string' && typeof metadata.model === 'string'
    ? { text: metadata.text, model: metadata.model }
    : undefined;
}

/** The earlier turns of `@rivulet`, without comparisons and other participants. */
async function messagesOf(history: vscode.ChatContext['history'], readFile: ReadFile): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for (const turn of history) {
    if (turn instanceof vscode.ChatRequestTurn) {
      // What could not be read was reported when the question was asked.
      const content = await contentOfRequest(turn, readFile, () => undefined);
      if (content !== '') messages.push({ role: 'user', content });
    } else {
      const text = metadataOf(turn)?.text ?? '';
      if (text !== '') messages.push({ role: 'assistant', content: text });
    }
  }
  return messages;
}
