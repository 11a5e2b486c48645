/** Text for a bug report: versions, endpoints without keys, settings, connections, and statistics of answers. */
import * as vscode from 'vscode';
import { presets } from '../../core/provider/catalog.ts';
import type { ApiKeyStore } from '../settings/apiKeys.ts';
import * as notify from '../ui/notify.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import type { Runtime } from '../runtime/createRuntime.ts';

export interface DiagnosticsPorts extends Pick<Runtime, 'engine' | 'undici' | 'statistics'> {
  readonly version: string;
  readonly settings: LiveSettings;
  readonly keys: ApiKeyStore;
}

export async function copyDiagnostics(ports: DiagnosticsPorts): Promise<string> {
  const report = await diagnostics(ports);
  await vscode.env.clipboard.writeText(report);
  void notify.information(vscode.l10n.t('Diagnostics were copied. They contain no keys, questions, or answers.'));
  return report;
}

async function diagnostics({ version, settings, keys, engine, undici, statistics }: DiagnosticsPorts): Promise<string> {
  const { endpoints, problems } = settings.now();
  const nameOf = originNames();
  const host = vscode.env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop';
  const endpointLines = await Promise.all(
    endpoints.map(async ({ kind, baseURL, models, headers, continuation, id }) => {
      const key = kind === 'openai' && (await keys.get(id, baseURL)) !== undefined ? 'key' : 'no key';
      return (
        `${kind}, ${baseURL === '' ? 'no address' : nameOf(baseURL)}, ${key}, ${models.length} models named, ` +
        `${Object.keys(headers).length} headers, continuation ${continuation}`
      );
    }),
  );
  const opened = undici.opened();
  const poolLines = engine
    .poolStats()
    .map(
      ({ origin, limit, active, queued, requests }) =>
        `${nameOf(origin)}: ${active} of ${limit} active, ${queued} queued, ${requests} requests, ` +
        `${opened.get(origin) ?? 0} connections opened`,
    );
  return [
    `Rivulet ${version}, VS Code ${vscode.version} ` +
      `(${host}${vscode.env.remoteName === undefined ? '' : `, remote: ${vscode.env.remoteName}`})`,
    `${process.platform} ${process.arch}, Node ${process.versions.node}, ${vscode.env.language}, ` +
      `${vscode.workspace.isTrusted ? 'trusted' : 'untrusted'} workspace`,
    '',
    ...section('Endpoints', endpointLines),
    ...section('Settings that were changed', changedSettings()),
    ...section('Problems with settings', problems.length === 0 ? [] : [`${problems.length}, see the log`]),
    ...section('Connections', poolLines),
    ...section('Answers since the start', [JSON.stringify(statistics.report())]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return [`${title}:`, ...(lines.length === 0 ? ['- none'] : lines.map((line) => `- ${line}`)), ''];
}

/** Well-known and local addresses are named. Others are numbered, so that the same one is recognised. */
function originNames(): (address: string) => string {
  const known = new Set(presets.filter(({ baseURL }) => !baseURL.includes('{')).map(({ baseURL }) => new URL(baseURL).origin));
  const others: string[] = [];
  return (address) => {
    // Models of other extensions have no address.
    if (!URL.canParse(address)) return 'VS Code';
    const url = new URL(address);
    if (known.has(url.origin) || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return url.origin;
    if (!others.includes(url.origin)) others.push(url.origin);
    return `server ${others.indexOf(url.origin) + 1} (${url.protocol.slice(0, -1)})`;
  };
}

function changedSettings(): string[] {
  const config = vscode.workspace.getConfiguration('rivulet');
  const manifest = vscode.extensions.getExtension('rivulet-dev.rivulet')?.packageJSON as Manifest | undefined;
  const names = manifest?.contributes.configuration.flatMap(({ properties }) => Object.keys(properties)) ?? [];
  return names.flatMap((full) => {
    const name = full.replace('rivulet.', '');
    const seen = config.inspect(name);
    const set = seen?.workspaceFolderValue ?? seen?.workspaceValue ?? seen?.globalValue;
    if (set === undefined) return [];
    // Texts and lists may hold private words and addresses, so only the fact that they are set is reported.
    const plain = typeof set === 'number' || typeof set === 'boolean';
    return [plain ? `${full} = ${String(set)}` : `${full} (set)`];
  });
}

interface Manifest {
  readonly contributes: { readonly configuration: readonly { readonly properties: Readonly<Record<string, unknown>> }[] };
}
