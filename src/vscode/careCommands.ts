/** The commands that set Rivulet up and find out what is wrong with it. */
import * as vscode from 'vscode';
import type { Trial } from '../core/engine/trial.ts';
import { type ConnectionTestPorts, testConnection } from './connectionTest.ts';
import { copyDiagnostics, type DiagnosticsPorts } from './diagnostics.ts';
import { addEndpoint } from './endpointWizard.ts';
import type { PickerPorts } from './modelPicker.ts';
import { type RecordingPorts, replayStream, saveStream } from './recordings.ts';

export interface CareCommandPorts {
  readonly pickers: PickerPorts;
  readonly connection: ConnectionTestPorts;
  readonly recordings: RecordingPorts;
  readonly diagnostics: DiagnosticsPorts;
}

export function careCommands({ pickers, connection, recordings, diagnostics }: CareCommandPorts): Readonly<Record<string, (argument?: unknown) => unknown>> {
  const test = (model: unknown): Promise<Trial | undefined> => testConnection(connection, typeof model === 'string' ? model : undefined);
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
