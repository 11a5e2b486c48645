/** Describes failures and remedies in the language of the window: one sentence per kind of failure. */
import * as vscode from 'vscode';
import type { ErrorKind, StreamError } from '../../../api.ts';
import type { ActionCommand } from '../../../core/chat/page/protocol.ts';
import { ownFailureOf } from '../../../core/provider/failures/ownFailures.ts';
import { joined } from './joined.ts';

export interface Sentence {
  readonly text: string;
  /** The command that fixes the cause. */
  readonly fix?: ActionCommand;
}

/** Display names of the endpoint and the model. */
export interface AskedOf {
  /** The endpoint. */
  readonly server: string;
  readonly model: string;
}

/** The server's own words, or the sentence for a failure that Rivulet names, in the language of the window. */
export function failureText({ code, message, values = [] }: Pick<StreamError, 'code' | 'message' | 'values'>): string {
  const own = ownFailureOf(code);
  return own === undefined ? message : vscode.l10n.t(own.sentence, ...values);
}

export function errorSentence(error: StreamError, { server, model }: AskedOf): Sentence {
  const { t } = vscode.l10n;
  const said = failureText(error);
  const [first = ''] = error.values ?? [];
  const named = { text: t('{0}: {1}', server, said) };
  switch (ownFailureOf(error.code)?.mend) {
    case 'key':
      return { ...named, fix: 'setApiKey' };
    case 'endpoints':
      return { ...named, fix: 'editEndpoint' };
    case 'api':
      return { ...named, fix: 'useFoundApi' };
    case 'proxy':
      return { ...named, fix: 'openProxySettings' };
    case 'regenerate':
      return { ...named, fix: 'regenerate' };
    default:
      break;
  }
  switch (error.kind) {
    case 'auth':
      // Without an HTTP status, VS Code or the extension that provides the model refused.
      if (error.status === undefined)
        return {
          text: t('Access to {0} was not granted ({1}). Allow access when prompted, or choose another model.', server, said),
          fix: 'selectModel',
        };
      return { text: t('{0} did not accept the API key: {1}', server, said), fix: 'setApiKey' };
    case 'quota':
      return { text: t('The quota or balance at {0} is used up: {1}', server, said), fix: 'selectModel' };
    case 'rate-limit':
      return { text: t('{0} is limiting requests: {1}', server, said), fix: 'regenerate' };
    case 'connect-timeout':
    case 'connection':
      return {
        text: t('{0} cannot be reached ({1}). Check the network and the address of the endpoint.', server, said),
        fix: 'editEndpoint',
      };
    case 'first-token-timeout':
      if (error.code !== 'no-first-token') return { text: t('{0} did not start to answer: {1}', server, said), fix: 'regenerate' };
      return {
        text: t(
          '{0} did not start to answer within {1} s. The setting rivulet.timeouts.firstTokenSeconds allows more time.',
          server,
          first,
        ),
        fix: 'regenerate',
      };
    case 'stall':
      if (error.code !== 'silent-stream') return { text: t('{0} stopped sending: {1}', server, said), fix: 'resume' };
      return { text: t('{0} sent nothing for {1} s or more.', server, first), fix: 'resume' };
    case 'server':
      return { text: t('{0} failed: {1}', server, said), fix: 'regenerate' };
    case 'bad-request':
      return { text: t('{0} refused the request: {1}', server, said), fix: 'selectModel' };
    case 'context-length':
      return {
        text: joined([
          t('The conversation is longer than the context window of {0}: {1}', model, said),
          ...(error.contextWindow === undefined
            ? []
            : [t('Rivulet now uses a context window of {0} tokens.', error.contextWindow.toLocaleString(vscode.env.language))]),
        ]),
        fix: 'selectModel',
      };
    case 'not-found':
      return { text: t('{0} has no model "{1}": {2}', server, model, said), fix: 'selectModel' };
    case 'malformed':
      return { text: t('{0} did not send an answer: {1}', server, said), fix: 'editEndpoint' };
    case 'empty':
      return { text: t('{0} sent an empty answer twice. Try again, or choose another model.', server), fix: 'regenerate' };
    default:
      return error.kind satisfies never;
  }
}

/** Why an answer is waiting for its next attempt. */
export function loadingSentence({ server }: AskedOf): string {
  return vscode.l10n.t('{0} is loading the model. The answer begins when it is in memory.', server);
}

export function waitSentence(cause: ErrorKind, { server }: AskedOf): string {
  const { t } = vscode.l10n;
  switch (cause) {
    case 'rate-limit':
      return t('{0} is busy and asked to wait.', server);
    case 'empty':
      return t('{0} sent an empty answer. Trying again.', server);
    default:
      return t('The connection to {0} broke. Trying again.', server);
  }
}
