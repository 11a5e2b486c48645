/** Deltas as a chat completions stream, so that the answer of a provider without a body can be saved and replayed. */
import type { DeltaPiece } from '../reading/deltaDecoder.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export class ChunkEncoder {
  readonly #write: (bytes: Uint8Array) => void;

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  piece(piece: DeltaPiece): void {
    switch (piece.type) {
      case 'text':
        this.#delta({ content: piece.text });
        return;
      case 'reasoning':
        this.#delta({ reasoning_content: piece.text });
        return;
      case 'refusal':
        this.#delta({ refusal: piece.text });
        return;
      case 'tool': {
        const { index, id, name, arguments: json } = piece;
        this.#delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: json } }] });
        return;
      }
      case 'usage': {
        const { prompt, completion, total } = piece.usage;
        this.#chunk({ choices: [], usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } });
        return;
      }
      case 'end':
        this.#end(piece.ending);
        return;
      case 'alive':
        this.#write(bytesOf(': \n\n'));
        return;
      case 'citation': {
        const { url, title } = piece;
        this.#delta({ annotations: [{ type: 'url_citation', url_citation: { url, ...(title === undefined ? {} : { title }) } }] });
        return;
      }
      case 'opaque':
      case 'unshown':
      case 'response':
        return;
      default:
        piece satisfies never;
    }
  }

  #end(ending: Extract<DeltaPiece, { type: 'end' }>['ending']): void {
    switch (ending.type) {
      case 'finish':
        this.#delta({}, ending.reason.replace('-', '_'));
        this.#write(bytesOf('data: [DONE]\n\n'));
        return;
      case 'failure':
        this.#chunk({ error: { message: ending.failure.message, code: ending.failure.status ?? ending.failure.kind } });
        return;
      case 'cut':
        return;
      default:
        ending satisfies never;
    }
  }

  #delta(delta: object, finish_reason: string | null = null): void {
    this.#chunk({ choices: [{ index: 0, delta, finish_reason }] });
  }

  #chunk(chunk: object): void {
    this.#write(bytesOf(`data: ${JSON.stringify(chunk)}\n\n`));
  }
}
