/** Describes the facts about a model: in one line, and as the rows of a hover. */
import * as vscode from 'vscode';
import type { FactSource, KnownFacts } from '../../../core/models/factBook.ts';
import type { ModelFacts, ModelPrice } from '../../../core/provider/facts/modelFacts.ts';

/** The description beside a model's name; empty if nothing is known. */
export function factLine(facts: ModelFacts): string {
  const { t } = vscode.l10n;
  const window = facts.contextWindow ?? facts.maxInput;
  return [
    ...(facts.loaded === true ? [t('loaded')] : []),
    ...(window === undefined ? [] : [t('{0} tokens', shortCount(window))]),
    ...(facts.vision === true ? [t('sees pictures')] : []),
    ...(facts.tools === true ? [t('uses tools')] : []),
    ...(facts.thinking === true ? [t('thinks')] : []),
    ...(facts.price === undefined ? [] : [priceText(facts.price)]),
    ...(facts.retires === undefined ? [] : [t('until {0}', facts.retires)]),
    ...(facts.lifecycle === undefined || facts.lifecycle === 'active' ? [] : [facts.lifecycle]),
  ].join(' · ');
}

/** Each fact with its name, value and source. */
export function factRows({ facts, sources }: KnownFacts): readonly (readonly [name: string, value: string, source: string])[] {
  const { t } = vscode.l10n;
  const yes = (value: boolean | undefined): string | undefined => (value === undefined ? undefined : value ? t('yes') : t('no'));
  const count = (value: number | undefined): string | undefined => value?.toLocaleString(vscode.env.language);
  const rows: readonly (readonly [keyof ModelFacts, string, string | undefined])[] = [
    ['contextWindow', t('Context window'), count(facts.contextWindow)],
    ['maxInput', t('Longest prompt'), count(facts.maxInput)],
    ['maxOutput', t('Longest answer'), count(facts.maxOutput)],
    ['trainedWindow', t('Trained for'), count(facts.trainedWindow)],
    ['vision', t('Sees pictures'), yes(facts.vision)],
    ['tools', t('Uses tools'), yes(facts.tools)],
    ['thinking', t('Thinks'), yes(facts.thinking)],
    ['efforts', t('Effort'), facts.efforts?.join(', ')],
    ['price', t('Price per million tokens'), facts.price === undefined ? undefined : priceText(facts.price)],
    ['lifecycle', t('State'), facts.lifecycle],
    ['retires', t('Offered until'), facts.retires],
    ['loaded', t('Loaded'), yes(facts.loaded)],
  ];
  return rows.flatMap(([fact, name, value]) => (value === undefined ? [] : [[name, value, sourceText(sources[fact])] as const]));
}

function sourceText(source: FactSource | undefined): string {
  const { t } = vscode.l10n;
  switch (source?.by) {
    case 'settings':
      return t('from rivulet.models or rivulet.endpoints');
    case 'server':
      return t('reported by {0}, {1}', source.route, timeText(source.atMs));
    case 'refusal':
      return t('from the refusal of a longer prompt, {0}', timeText(source.atMs));
    case undefined:
      return '';
    default:
      return source satisfies never;
  }
}

function timeText(atMs: number): string {
  return new Date(atMs).toLocaleString(vscode.env.language, { dateStyle: 'short', timeStyle: 'short' });
}

function priceText({ in: input, out }: ModelPrice): string {
  return input === 0 && out === 0 ? vscode.l10n.t('free') : `$${input} → $${out}`;
}

/** Formats a window as usual: 128k, 1M; powers of two are rounded to these. */
export function shortCount(tokens: number): string {
  const thousand = tokens % 1024 === 0 ? 1024 : 1000;
  if (tokens >= thousand * thousand) return `${trimmed(tokens / thousand / thousand)}M`;
  return tokens < 1000 ? String(tokens) : `${trimmed(tokens / thousand)}k`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
