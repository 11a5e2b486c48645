/** The description of a Rivulet model for VS Code. */
import * as vscode from 'vscode';
import type { KnownFacts } from '../../core/models/factBook.ts';
import { announcedWindow } from '../../core/models/announced.ts';
import { effortsOf } from '../../core/provider/facts/modelFacts.ts';
import { factRows } from '../ui/sentences/factSentences.ts';
import { plainText } from '../ui/plainText.ts';

export interface AnnouncedModel {
  /** `"<endpoint id>/<model>"`. */
  readonly id: string;
  readonly model: string;
  readonly endpointName: string;
  readonly known: KnownFacts;
  /** Tokens of the longest prompt that the model has accepted. */
  readonly accepted: number;
  /** The server is on this machine or in its network. */
  readonly isLocal: boolean;
  readonly isDemo: boolean;
  /** The effort that the settings name for it. */
  readonly effort: string | undefined;
}

/**
 * Fields that VS Code reads and its types do not have yet; a VS Code that does not know them ignores them. Its fields for
 * costs are left out: it shows them as Copilot's credits, and prices here are in US dollars.
 */
interface MoreInformation {
  readonly maxContextWindowTokens?: number;
  /** Shown as it is. */
  readonly pricing?: string;
  /** A word beside the name. */
  readonly category?: string;
  readonly isBYOK: true;
  /** Controls in VS Code's model picker; their values come with each request as `modelConfiguration`. */
  readonly configurationSchema?: { readonly properties: Readonly<Record<string, object>> };
  readonly warningText?: Readonly<Record<string, string>>;
}

export type ModelInformation = vscode.LanguageModelChatInformation & MoreInformation;

/** The name of the control; VS Code's own models use the same one. */
const effortControl = 'reasoningEffort';
/** The control's value that leaves the effort to the server. */
const serversOwn = 'default';

export function informationOf(announced: AnnouncedModel): ModelInformation {
  const { id, model, endpointName, known, accepted, isLocal, isDemo } = announced;
  const { facts } = known;
  const { t } = vscode.l10n;
  const window = announcedWindow(facts, accepted, isLocal);
  const efforts = effortsOf(facts);
  return {
    id,
    name: plainText(isDemo ? endpointName : model),
    detail: plainText(endpointName),
    tooltip: hoverOf(announced, window.isKnown),
    family: model,
    version: '1',
    maxInputTokens: window.maxInput,
    maxOutputTokens: window.maxOutput,
    // If unknown, tools are offered, because nearly all models take them, but not pictures, because few local models do.
    capabilities: { toolCalling: !isDemo && facts.tools !== false, imageInput: facts.vision === true },
    isBYOK: true,
    ...(facts.contextWindow === undefined ? {} : { maxContextWindowTokens: facts.contextWindow }),
    ...(facts.price === undefined ? {} : { pricing: t('${0} in, ${1} out per million tokens', facts.price.in, facts.price.out) }),
    ...(isLocal && !isDemo ? { category: t('local') } : {}),
    ...(efforts.length < 2 ? {} : { configurationSchema: { properties: { [effortControl]: effortProperty(efforts, announced.effort) } } }),
    ...(facts.lifecycle === 'deprecated' ? { warningText: { lifecycle: t('The server will stop offering this model.') } } : {}),
  };
}

function hoverOf({ id, known, isDemo }: AnnouncedModel, isKnown: boolean): string {
  const { t } = vscode.l10n;
  const lines = [
    t('{0}, through Rivulet, which resumes interrupted answers', id),
    ...factRows(known).map(([name, value, source]) => `${name}: ${value} (${source})`),
    ...(isKnown || isDemo ? [] : [t('Its context window is unknown. You can set it in rivulet.models.')]),
  ];
  return lines.map(plainText).join('\n\n');
}

function effortProperty(efforts: readonly string[], effort: string | undefined): object {
  const { t } = vscode.l10n;
  return {
    type: 'string',
    title: t('Thinking Effort'),
    enum: [serversOwn, ...efforts],
    enumItemLabels: [t('Default'), ...efforts.map((word) => word.charAt(0).toUpperCase() + word.slice(1))],
    default: effort !== undefined && efforts.includes(effort) ? effort : serversOwn,
    group: 'navigation',
  };
}

/** The effort chosen in VS Code's model picker; VS Code's types do not have the field yet. */
export function chosenEffort(options: vscode.ProvideLanguageModelChatResponseOptions): string | undefined {
  const { modelConfiguration } = options as { readonly modelConfiguration?: Readonly<Record<string, unknown>> };
  const value = modelConfiguration?.[effortControl];
  return typeof value === 'string' && value !== '' && value !== serversOwn ? value : undefined;
}
