/** The commands that set Rivulet up and find out what is wrong with it. */
import * as vscode from 'vscode';
import type { EndpointReport } from '../../core/answer/endpointCheck.ts';
import { type TestConnectionPorts, testConnection } from '../models/testConnection.ts';
import { copyDiagnostics, type DiagnosticsPorts } from './diagnostics.ts';
import { addEndpoint } from '../models/addEndpoint.ts';
import type { PickerPorts } from '../models/modelPicker.ts';
import { type RecordingPorts, replayStream, saveStream } from './recordings.ts';

export interface SupportCommandPorts {
  readonly pickers: PickerPorts;
  readonly connection: TestConnectionPorts;
  readonly recordings: RecordingPorts;
  readonly diagnostics: DiagnosticsPorts;
}

export function supportCommands({
  pickers,
  connection,
  recordings,
  diagnostics,
}: SupportCommandPorts): Readonly<Record<string, (argument?: unknown) => unknown>> {
  const test = (model: unknown): Promise<EndpointReport | undefined> =>
    testConnection(connection, typeof model === 'string' ? model : undefined);
  return {
    addEndpoint: () => addEndpoint({ ...pickers, test }),
    testConnection: test,
    copyDiagnostics: () => copyDiagnostics(diagnostics),
    saveStream: (file) => saveStream(recordings, file instanceof vscode.Uri ? file : undefined),
    replayStream: (given) => replayStream(recordings, given instanceof vscode.Uri ? { file: given } : optionsOf(given)),
  };
}

function optionsOf(given: unknown): { readonly file?: vscode.Uri; readonly speed?: number } {
  const { file, speed } = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  return { ...(file instanceof vscode.Uri ? { file } : {}), ...(typeof speed === 'number' ? { speed } : {}) };
}
