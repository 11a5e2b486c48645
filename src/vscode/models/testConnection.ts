/** Tests a model's server: whether it answers, streams, counts tokens and resumes, and how soon it starts. */
import * as vscode from 'vscode';
import { checkEndpoint, type EndpointReport } from '../../core/answer/endpointCheck.ts';
import { partsOfId } from '../../core/models/modelId.ts';
import { UsageMeter } from '../../core/tokens/usageMeter.ts';
import type { Api } from '../../core/provider/provider.ts';
import type { RequestBudget } from './answers.ts';
import type { Endpoints } from './endpoints.ts';
import { streamErrorOf } from '../../core/provider/failures/failure.ts';
import { actionLabel } from '../ui/sentences/actionLabels.ts';
import { protocols } from '../../core/provider/protocols.ts';
import { type AskedOf, errorSentence } from '../ui/sentences/failureSentences.ts';
import { spanText } from '../ui/sentences/counts.ts';
import { joined } from '../ui/sentences/joined.ts';
import { useFoundApi } from './modelPicker.ts';
import * as notify from '../ui/notify.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import type { Runtime } from '../runtime/createRuntime.ts';

export interface TestConnectionPorts extends Pick<Runtime, 'client' | 'clock' | 'tokenizer'> {
  readonly endpoints: Endpoints;
  readonly settings: LiveSettings;
  readonly budget: RequestBudget;
}

/**
 * Sends two or three short requests, shows the result as a sentence, and returns it.
 * @param id `"<endpoint id>/<model>"`. Default: the selected model
 */
export async function testConnection(ports: TestConnectionPorts, id?: string): Promise<EndpointReport | undefined> {
  const { client, clock, endpoints, settings } = ports;
  const model = id ?? settings.now().model;
  const label = endpoints.label(model);
  const refusal = ports.budget.refusal();
  if (refusal !== undefined) return { type: 'failed', failure: { kind: 'quota', message: refusal } };
  const found = await endpoints.find(model);
  if (!('type' in found)) {
    void notify.error(errorSentence(found, endpoints.asked(model)).text);
    return { type: 'failed', failure: found };
  }
  const { timeouts } = settings.now().stream;
  const meter = new UsageMeter(() => ports.tokenizer.get(model));
  const trial = await notify.progress(vscode.l10n.t('Testing {0}…', label), async (signal) => {
    if (found.memory.api === undefined) await endpoints.detect(found.endpoint);
    const tried = await checkEndpoint(
      { client, clock, timeouts, begin: (messages) => meter.begin(messages, { role: 'turn' }) },
      found,
      signal,
    );
    return signal.aborted ? undefined : tried;
  });
  ports.budget.used(model, meter.total());
  const api = found.endpoint.apiBy === 'guess' ? (found.memory.api ?? found.endpoint.api) : found.endpoint.api;
  if (trial !== undefined) void tell(trial, model, endpoints.asked(model), label, api);
  return trial;
}

async function tell(trial: EndpointReport, model: string, asked: AskedOf, label: string, api: Api | undefined): Promise<void> {
  if (trial.type === 'works') {
    void notify.information(worksSentence(trial, label, api));
    return;
  }
  const { text, fix } = errorSentence(trial.failure, asked);
  const action = fix === 'setApiKey' || fix === 'selectModel' || fix === 'editEndpoint' || fix === 'useFoundApi' ? fix : undefined;
  const chosen = await notify.error(text, ...(action === undefined ? [] : [actionLabel(action)]));
  if (chosen === undefined || action === undefined) return;
  const { endpoint } = partsOfId(model);
  if (action === 'useFoundApi') await useFoundApi(endpoint, streamErrorOf(trial.failure));
  else await vscode.commands.executeCommand(`rivulet.${action}`, ...(action === 'selectModel' ? [] : [endpoint]));
}

function worksSentence(
  { firstTokenMs, streams, usage, continues, models }: EndpointReport & { type: 'works' },
  label: string,
  api: Api | undefined,
): string {
  const { t } = vscode.l10n;
  const continued: Readonly<Record<typeof continues, string>> = {
    rejoins: t('Interrupted answers continue where they stopped, even after a restart, and are paid for once.'),
    exactly: t('Interrupted answers are continued exactly where they stopped.'),
    asked: t('Interrupted answers are continued by a follow-up request.'),
  };
  return joined([
    t('{0} answered after {1}.', label, spanText(firstTokenMs)),
    ...(api === undefined ? [] : [t('It speaks {0}.', protocols[api].label)]),
    streams ? t('It streams.') : t('It sends the whole answer at once instead of streaming it.'),
    usage ? t('It reports token usage.') : t('It does not report token usage, so Rivulet estimates it.'),
    continued[continues],
    ...(continues === 'rejoins' ? [] : [t('The prompt is then paid again.')]),
    ...(models === undefined ? [t('It does not list its models.')] : []),
  ]);
}
