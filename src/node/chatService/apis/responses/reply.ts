/** OpenAI's Responses: encodes an answer as items with parts, or as one response. */
import type { Citation } from '../../../../api.ts';
import type { EndEvent } from '../../../../core/answer/liveStream.ts';
import type { ToolCall } from '../../../../core/request/toolCalls.ts';
import { problemOf } from '../../problem.ts';
import { type AnswerPiece, piecesSoFar } from '../../answerPieces.ts';
import type { AnswerHead, Dialect, Encoder, Frame } from '../serviceApi.ts';
import { toEnvelope, rawOf } from '../opaque.ts';
import { type Echo, resource } from './resource.ts';

interface Open {
  readonly type: 'message' | 'reasoning';
  readonly id: string;
  text: string;
  annotations: readonly object[];
}

export function responsesDialect(head: AnswerHead, echo: Echo): Dialect {
  return {
    encoder: () => new ItemEncoder(head, echo),
    whole: (stream) => {
      const encoder = new ItemEncoder(head, echo);
      for (const piece of piecesSoFar(stream)) encoder.take(piece);
      return resource(head, echo, encoder.output(stream.end), stream.end, stream.end === undefined ? undefined : stream.usage());
    },
  };
}

class ItemEncoder implements Encoder {
  readonly #head: AnswerHead;
  readonly #echo: Echo;
  readonly #output: object[] = [];
  #open: Open | undefined;
  #sequence = 0;

  constructor(head: AnswerHead, echo: Echo) {
    this.#head = head;
    this.#echo = echo;
  }

  open(): readonly Frame[] {
    const response = resource(this.#head, this.#echo, [], undefined);
    return [this.#event('response.created', { response }), this.#event('response.in_progress', { response })];
  }

  take(piece: AnswerPiece): readonly Frame[] {
    switch (piece.type) {
      case 'text':
        return this.#words('message', piece.text);
      case 'reasoning':
        return this.#words('reasoning', piece.text);
      case 'opaque':
        return this.#sealed(piece.value);
      case 'again':
        return this.#open?.type === 'reasoning' ? this.#close('completed') : [];
      case 'call':
        return [...this.#close('completed'), ...this.#call(piece.call)];
      case 'end':
        return this.#end(piece.end);
      default:
        return piece satisfies never;
    }
  }

  /** The items so far; the last one may still grow. */
  output(end: EndEvent | undefined): readonly object[] {
    const open = this.#open;
    return open === undefined ? this.#output : [...this.#output, itemOf(open, end === undefined ? 'in_progress' : 'incomplete')];
  }

  #end(end: EndEvent): readonly Frame[] {
    const problem = problemOf(end);
    const isWhole = problem === undefined && end.reason !== 'length' && end.reason !== 'limit';
    const closed = [...this.#annotate(end.citations ?? []), ...this.#close(isWhole ? 'completed' : 'incomplete')];
    const response = resource(this.#head, this.#echo, this.#output, end, end.usage);
    const { status } = response as { readonly status: 'completed' | 'incomplete' | 'failed' | 'cancelled' };
    // The API has no event for a stopped answer.
    return [...closed, this.#event(`response.${status === 'cancelled' ? 'incomplete' : status}`, { response })];
  }

  /** The position of a source in the text is unknown, so it goes to the end. */
  #annotate(citations: readonly Citation[]): readonly Frame[] {
    const open = this.#open;
    if (open?.type !== 'message') return [];
    const [start_index, end_index] = [open.text.length, open.text.length];
    open.annotations = citations.map(({ url, title = url }) => ({ type: 'url_citation', url, title, start_index, end_index }));
    return open.annotations.map((annotation, annotation_index) =>
      this.#event('response.output_text.annotation.added', { ...this.#place(), content_index: 0, annotation_index, annotation }),
    );
  }

  #words(type: Open['type'], delta: string): readonly Frame[] {
    if (this.#open?.type !== type) return [...this.#close('completed'), ...this.#begin(type), ...this.#words(type, delta)];
    this.#open.text += delta;
    return [
      type === 'message'
        ? this.#event('response.output_text.delta', { ...this.#place(), content_index: 0, delta, logprobs: [] })
        : this.#event('response.reasoning_summary_text.delta', { ...this.#place(), summary_index: 0, delta }),
    ];
  }

  #begin(type: Open['type']): readonly Frame[] {
    const open: Open = { type, id: this.#newId(type === 'message' ? 'msg' : 'rs'), text: '', annotations: [] };
    this.#open = open;
    const item = type === 'message' ? messageItem(open.id, [], 'in_progress') : { id: open.id, type, summary: [], status: 'in_progress' };
    const part =
      type === 'message' ? { content_index: 0, part: textPart('') } : { summary_index: 0, part: { type: 'summary_text', text: '' } };
    return [
      this.#event('response.output_item.added', { output_index: this.#output.length, item }),
      this.#event(type === 'message' ? 'response.content_part.added' : 'response.reasoning_summary_part.added', {
        ...this.#place(),
        ...part,
      }),
    ];
  }

  #close(status: 'completed' | 'incomplete', opaque?: unknown): readonly Frame[] {
    const open = this.#open;
    if (open === undefined) return [];
    const { text } = open;
    const item = { ...itemOf(open, status), ...(opaque === undefined ? {} : { encrypted_content: toEnvelope(opaque) }) };
    const frames =
      open.type === 'message'
        ? [
            this.#event('response.output_text.done', { ...this.#place(), content_index: 0, text, logprobs: [] }),
            this.#event('response.content_part.done', { ...this.#place(), content_index: 0, part: textPart(text, open.annotations) }),
          ]
        : [
            this.#event('response.reasoning_summary_text.done', { ...this.#place(), summary_index: 0, text }),
            this.#event('response.reasoning_summary_part.done', {
              ...this.#place(),
              summary_index: 0,
              part: { type: 'summary_text', text },
            }),
          ];
    const output_index = this.#output.push(item) - 1;
    this.#open = undefined;
    return [...frames, this.#event('response.output_item.done', { output_index, item })];
  }

  #sealed(opaque: unknown): readonly Frame[] {
    // An open item already has an id of this service; the server's id stays in the envelope.
    if (this.#open?.type === 'reasoning') return this.#close('completed', opaque);
    const closed = this.#close('completed');
    const raw = rawOf(opaque, 'responses');
    const own = { id: this.#newId('rs'), type: 'reasoning', summary: [], encrypted_content: toEnvelope(opaque) };
    const item = raw?.['type'] === 'reasoning' ? { summary: [], ...raw } : own;
    const output_index = this.#output.push(item) - 1;
    return [
      ...closed,
      this.#event('response.output_item.added', { output_index, item }),
      this.#event('response.output_item.done', { output_index, item }),
    ];
  }

  #call({ id: call_id, name, arguments: given }: ToolCall): readonly Frame[] {
    // A call may have no arguments; clients parse them anyway.
    const json = given.trim() === '' ? '{}' : given;
    const id = this.#newId('fc');
    const output_index = this.#output.length;
    const item = { id, type: 'function_call', call_id, name, arguments: json, status: 'completed' };
    this.#output.push(item);
    return [
      this.#event('response.output_item.added', { output_index, item: { ...item, arguments: '', status: 'in_progress' } }),
      this.#event('response.function_call_arguments.delta', { item_id: id, output_index, delta: json }),
      this.#event('response.function_call_arguments.done', { item_id: id, output_index, name, arguments: json }),
      this.#event('response.output_item.done', { output_index, item }),
    ];
  }

  #place(): object {
    return { item_id: this.#open?.id ?? '', output_index: this.#output.length };
  }

  /** The same for every reader. */
  #newId(kind: string): string {
    return `${kind}_${this.#head.id.replace(/^[a-z]+_/, '')}${this.#output.length}`;
  }

  #event(type: string, fields: object): Frame {
    return { event: type, data: { type, sequence_number: this.#sequence++, ...fields } };
  }
}

function itemOf({ type, id, text, annotations }: Open, status: string): object {
  if (type === 'message') return messageItem(id, [textPart(text, annotations)], status);
  return { id, type, summary: [{ type: 'summary_text', text }], status };
}

function messageItem(id: string, content: readonly object[], status: string): object {
  return { id, type: 'message', role: 'assistant', status, content };
}

function textPart(text: string, annotations: readonly object[] = []): object {
  return { type: 'output_text', text, annotations, logprobs: [] };
}
