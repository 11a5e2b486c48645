/** Messages of parts as contents of user and model by turns, each signature on the part that it came with. */
import type { FunctionResponse, Part as WirePart } from '@google/genai';
import type { Message, Part } from '../../../api.ts';
import { argumentsObject, base64, partsOf, textOf } from '../parts.ts';
import { keptIn } from './signatures.ts';

export type GeminiTurn = { readonly role: 'user' | 'model'; readonly parts: WirePart[] };
type Picture = Extract<Part, { type: 'image' }>;

/** Google's mark for a call whose signature there never was, since another model made it. */
const unsigned = 'skip_thought_signature_validator';

export interface Signatures {
  /** False: those of earlier answers are left out. */
  readonly kept: boolean;
  /** True: calls that have none get Google's mark in its place. */
  readonly marked: boolean;
}

export function contentsOf(messages: readonly Message[], signatures: Signatures): readonly GeminiTurn[] {
  const turns: GeminiTurn[] = [];
  /** The names of the calls so far: a result must give its call's. */
  const names = new Map<string, string>();
  for (const { role, content } of messages) {
    if (role === 'system') continue;
    const parts = partsOf(content);
    for (const part of parts) if (part.type === 'tool-call') names.set(part.id, part.name);
    const wire = role === 'user' ? saidByUser(parts, names) : saidByModel(parts, signatures);
    const last = turns.at(-1);
    const name = role === 'user' ? 'user' : 'model';
    if (last?.role === name) last.parts.push(...wire);
    else if (wire.length > 0) turns.push({ role: name, parts: [...wire] });
  }
  for (const { role, parts } of turns) if (role === 'user') resultsFirst(parts);
  return turns;
}

/** What the server gave to continue the answer that this message holds. */
export function continuationTokenOf(message: Message | undefined): string | undefined {
  if (message?.role !== 'assistant') return undefined;
  const last = partsOf(message.content).findLast((part) => part.type === 'reasoning');
  const kept = keptIn(last?.opaque);
  return kept?.on === 'pause' ? kept.continuationToken : undefined;
}

function saidByUser(parts: readonly Part[], names: ReadonlyMap<string, string>): readonly WirePart[] {
  return parts.flatMap((part): readonly WirePart[] => {
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [{ text: part.text }];
      case 'image':
        return [pictureOf(part)];
      case 'tool-result':
        return resultOf(part, names.get(part.id) ?? part.id);
      case 'tool-call':
      case 'reasoning':
        return [];
      default:
        return part satisfies never;
    }
  });
}

function saidByModel(parts: readonly Part[], { kept: isKept, marked }: Signatures): readonly WirePart[] {
  const wire: WirePart[] = [];
  let signature: string | undefined;
  let hasCall = false;
  for (const part of parts) {
    switch (part.type) {
      case 'text':
        if (part.text !== '') wire.push({ text: part.text });
        break;
      case 'image':
        wire.push(pictureOf(part));
        break;
      case 'tool-call':
        // Of parallel calls the first alone is signed.
        if (marked && !hasCall) signature ??= unsigned;
        wire.push({
          functionCall: { id: part.id, name: part.name, args: argumentsObject(part.arguments) },
          ...(signature === undefined ? {} : { thoughtSignature: signature }),
        });
        signature = undefined;
        hasCall = true;
        break;
      case 'reasoning': {
        const kept = isKept ? keptIn(part.opaque) : undefined;
        if (kept?.on === 'call') signature = kept.thoughtSignature;
        else if (kept?.on === 'text') sign(wire, kept);
        else if (kept?.on === 'thought') wire.push({ text: kept.text, thought: true, thoughtSignature: kept.thoughtSignature });
        break;
      }
      case 'tool-result':
        break;
      default:
        part satisfies never;
    }
  }
  return wire;
}

/** The text before is given back in the parts that it came in, as far as a signature holds for one of them. */
function sign(wire: WirePart[], { text, thoughtSignature }: { readonly text: string; readonly thoughtSignature: string }): void {
  const last = wire.at(-1);
  const before = last?.thoughtSignature === undefined ? last?.text : undefined;
  if (text !== '' && before?.endsWith(text) === true) {
    wire.pop();
    if (before.length > text.length) wire.push({ text: before.slice(0, -text.length) });
    wire.push({ text, thoughtSignature });
  } else wire.push({ text: '', thoughtSignature });
}

function pictureOf({ mime, data }: Picture): WirePart {
  return { inlineData: { mimeType: mime, data: base64(data) } };
}

/** A picture cannot stand in a result; it follows it. */
function resultOf({ id, content, isError }: Extract<Part, { type: 'tool-result' }>, name: string): readonly WirePart[] {
  const functionResponse = { id, name, response: { [isError === true ? 'error' : 'output']: textOf(content) } } as FunctionResponse;
  return [{ functionResponse }, ...partsOf(content).flatMap((part) => (part.type === 'image' ? [pictureOf(part)] : []))];
}

/** All results of a turn, before everything else that the user says. */
function resultsFirst(parts: WirePart[]): void {
  const isResult = ({ functionResponse }: WirePart): boolean => functionResponse !== undefined;
  parts.splice(0, parts.length, ...parts.filter(isResult), ...parts.filter((part) => !isResult(part)));
}
