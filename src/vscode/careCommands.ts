/** The commands that set Rivulet up and find out what is wrong with it. */
import type { Trial } from '../core/engine/trial.ts';
import { type ConnectionTestPorts, testConnection } from './connectionTest.ts';
import { addEndpoint } from './endpointWizard.ts';
import type { PickerPorts } from './modelPicker.ts';

export interface CareCommandPorts {
  readonly pickers: PickerPorts;
  readonly connection: ConnectionTestPorts;
}

export function careCommands({ pickers, connection }: CareCommandPorts): Readonly<Record<string, (argument?: unknown) => unknown>> {
  const test = (model: unknown): Promise<Trial | undefined> => testConnection(connection, typeof model === 'string' ? model : undefined);
  return {
    addEndpoint: () => addEndpoint({ ...pickers, test }),
    testConnection: test,
  };
}
