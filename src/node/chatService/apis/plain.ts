/** `POST /chat`: a question and its answer, for scripts. */
import * as v from 'valibot';
import type { EndEvent } from '../../../core/answer/liveStream.ts';
import { notesOf, problemOf } from '../problem.ts';
import { piecesSoFar } from '../answerPieces.ts';
import { messageOf, chatMessage } from './chatCompletions/messages.ts';
import { parsedRequest, modeFields, reader } from './common.ts';
import type { AnswerHead, Dialect, ServiceApi, Frame } from './serviceApi.ts';
import { IgnoredFields } from './parts.ts';
import { maybe } from './schema.ts';

const body = v.looseObject({
  message: v.pipe(
    v.string('must be a text that is not empty'),
    v.check((words) => words.trim() !== '', 'must be a text that is not empty'),
  ),
  ...modeFields,
  /** Earlier messages. */
  messages: maybe(v.array(chatMessage, 'must be a list of objects with "role" and "content"')),
});

export const plainApi: ServiceApi = {
  path: '/chat',
  prefix: 'chat-',
  errorsInStream: true,
  refusal: ({ message }) => ({ error: message }),
  read: reader(body, 'The body must be a JSON object such as {"message": "Hello"}.', (read, target) => {
    const { message, model: _model, messages = [], stream, background: _background, store: _store, ...rest } = read;
    const ignored = new IgnoredFields();
    ignored.add('', rest);
    const before = messages.map((each, index) => messageOf(each, `messages[${index}]`, target, ignored));
    const own = { messages: [...before, { role: 'user', content: message } as const] };
    return { ...parsedRequest(read, target, ignored, { ignored: [] }, own, plainDialect), stream: stream !== false };
  }),
};

function plainDialect({ id, model: name }: AnswerHead): Dialect {
  return {
    encoder: () => ({
      open: () => [],
      take: (piece): readonly Frame[] => {
        switch (piece.type) {
          case 'text':
            return [{ data: { content: piece.text } }];
          case 'reasoning':
            return [{ data: { reasoning: piece.text } }];
          case 'end':
            return [{ data: ending(piece.end) }];
          case 'opaque':
          case 'again':
          case 'call':
            return [];
          default:
            return piece satisfies never;
        }
      },
    }),
    whole: (stream) => {
      const pieces = piecesSoFar(stream);
      const reasoning = pieces.map((each) => (each.type === 'reasoning' ? each.text : '')).join('');
      return {
        id,
        model: name,
        content: stream.text,
        ...(reasoning === '' ? {} : { reasoning }),
        ...(stream.end === undefined ? { done: false } : ending(stream.end)),
      };
    },
  };
}

function ending(end: EndEvent): object {
  const problem = problemOf(end);
  if (problem !== undefined) return { error: problem.message, kind: problem.kind };
  const { citations } = end;
  return {
    done: true,
    end: end.reason,
    tokens: end.usage.completion,
    usage: end.usage,
    ...notesOf(end),
    ...(citations === undefined ? {} : { citations }),
  };
}
