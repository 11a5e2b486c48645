// Starts the chat service with a real engine and a fake model server, for tests.
import type { StreamOptions } from '../src/api.ts';
import { ChatService, type ServiceAddress } from '../src/node/chatService/chatService.ts';
import type { Api } from '../src/core/provider/provider.ts';
import { type Clock, systemClock } from '../src/core/request/clock.ts';
import { type Rig, rig, type RigOptions } from '../test/support/engine.ts';
import type { FakeServer } from '../test/support/fakeServer.ts';

export const token = 'the-key-of-the-service';

export interface Served {
  readonly service: ChatService;
  readonly address: ServiceAddress;
  /** Asks the same server as the panel does. */
  readonly start: Rig['start'];
}

const once: StreamOptions = { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 }, limits: { stopRepetition: false } };

export async function serve(
  server: FakeServer,
  options: StreamOptions = once,
  clock: Pick<Clock, 'timer'> = systemClock,
  how: RigOptions & { readonly api?: Api } = {},
): Promise<Served> {
  const { start } = rig(how);
  const { api = 'chat' } = how;
  const nameOf = (model: string): string => model.slice(model.indexOf('/') + 1);
  const service = new ChatService({
    begin: async ({ model = 'test/selected', ...request }) =>
      start(server.url, {
        request: { ...request, model: nameOf(model), byProgram: true },
        endpoint: { api },
        options,
      }),
    target: async (model = 'test/selected') => ({ api, origin: `${api}:test/${nameOf(model)}` }),
    models: async () => ['test/selected', 'test/vendor/large'],
    clock: { timer: clock.timer, wall: () => 1_760_000_000_000 },
  });
  return { service, address: await service.start(token, 0), start };
}
