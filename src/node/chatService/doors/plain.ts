/** `POST /chat`: a question and its answer, for scripts. */
import * as v from 'valibot';
import type { EndEvent } from '../../../core/answer/liveStream.ts';
import { leftOutOf, problemOf } from '../problem.ts';
import { saidSoFar } from '../speech.ts';
import { messageOf, chatMessage } from './chatCompletions/messages.ts';
import type { SpokenAnswer, Dialect, Door, Frame } from './door.ts';
import { Ignored } from './parts.ts';
import { checked, flagField, maybe, modelField, modelOf } from './schema.ts';

const body = v.looseObject({
  message: v.pipe(
    v.string('must be a text that is not empty'),
    v.check((words) => words.trim() !== '', 'must be a text that is not empty'),
  ),
  model: maybe(modelField),
  /** Those before it. */
  messages: maybe(v.array(chatMessage, 'must be a list of objects with "role" and "content"')),
  stream: maybe(flagField),
  background: maybe(flagField),
  store: maybe(flagField),
});

export const plainDoor: Door = {
  path: '/chat',
  prefix: 'chat-',
  errorsInStream: true,
  refusal: ({ message }) => ({ error: message }),
  read: async (value, targetOf) => {
    const read = checked(body, value, 'The body must be a JSON object such as {"message": "Hello"}.');
    const { message, model: name, messages, stream, background, store, ...rest } = read;
    const target = await targetOf(modelOf(name).model);
    const ignored = new Ignored();
    ignored.add('', rest);
    const before = (messages ?? []).map((each, index) => messageOf(each, `messages[${index}]`, target, ignored));
    return {
      request: { ...modelOf(name), messages: [...before, { role: 'user', content: message }] },
      stream: stream !== false,
      detached: background === true,
      kept: store !== false,
      ignored: ignored.names,
      dialect: plainDialect,
    };
  },
};

function plainDialect({ id, model: name }: SpokenAnswer): Dialect {
  return {
    encoder: () => ({
      open: () => [],
      take: (said): readonly Frame[] => {
        switch (said.type) {
          case 'text':
            return [{ data: { content: said.text } }];
          case 'reasoning':
            return [{ data: { reasoning: said.text } }];
          case 'end':
            return [{ data: ending(said.end) }];
          case 'opaque':
          case 'again':
          case 'call':
            return [];
          default:
            return said satisfies never;
        }
      },
    }),
    whole: (stream) => {
      const said = saidSoFar(stream);
      const reasoning = said.map((each) => (each.type === 'reasoning' ? each.text : '')).join('');
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
    ...leftOutOf(end),
    ...(citations === undefined ? {} : { citations }),
  };
}
