// A fake server and the chat service in front of it, new for each test of a file.
import { afterEach, beforeEach } from 'vitest';
import { serve, type Served } from '../../scripts/served.ts';
import { type FakeServer, fakeServer } from './fakeServer.ts';

export interface Scene {
  readonly server: FakeServer;
  readonly served: Served;
}

/** @param begin called before each test */
export function servedEach(begin: (scene: Scene) => void): void {
  let scene: Scene;
  beforeEach(async () => {
    const server = await fakeServer();
    scene = { server, served: await serve(server) };
    begin(scene);
  });
  afterEach(async () => {
    scene.served.service.stop();
    await scene.server.close();
  });
}
