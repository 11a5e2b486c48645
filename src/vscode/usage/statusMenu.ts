/** The menu of the status bar item: stop, resume, usage, change the model. */
import * as vscode from 'vscode';
import { answerActions } from '../../core/chat/answerActions.ts';
import type { Engine } from '../../core/answer/engine.ts';
import type { Endpoints } from '../models/endpoints.ts';
import { tokens } from '../ui/sentences/counts.ts';
import { pick, type PickItem } from '../ui/pick.ts';

export interface StatusMenuPorts {
  readonly engine: Engine;
  readonly endpoints: Endpoints;
  /** Whether the newest answer can be resumed. */
  readonly resumable: () => Promise<boolean>;
}

interface Item extends PickItem {
  readonly run?: () => unknown;
}

export async function showStatusMenu({ engine, endpoints, resumable }: StatusMenuPorts): Promise<void> {
  const { t } = vscode.l10n;
  const { running } = engine;
  const command = (icon: string, text: string, id: string): Item => ({
    icon,
    label: text,
    run: () => vscode.commands.executeCommand(`rivulet.${id}`),
  });
  const stops = [...running].reverse().map((stream): Item => {
    const usage = stream.usage();
    return {
      icon: 'debug-stop',
      label: t('Stop {0}', endpoints.label(stream.model)),
      description: t('{0} tokens', tokens(usage.completion, usage)),
      run: () => stream.stop(),
    };
  });
  const items: readonly Item[] = [
    ...stops,
    ...(running.length > 1 ? [command('stop-circle', t('Stop All {0}', running.length), 'stopAll')] : []),
    ...(running.length === 0 && (await resumable()) ? [command(answerActions.resume.icon, t('Resume the Newest Answer'), 'resume')] : []),
    command('graph', t('Show Usage'), 'showUsage'),
    command('chip', t('Select Model'), 'selectModel'),
    command('output', t('Show Log'), 'showLog'),
  ];
  const chosen = await pick(items, { title: 'Rivulet', matchOnDescription: true });
  await chosen?.run?.();
}
