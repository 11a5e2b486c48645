// A loopback server that records its requests and answers as a test says: for protocols that fakeServer.ts does not speak,
// and for the vendors' own clients.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; `any` because tests look deep into it. */
  readonly body: any;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Loopback extends AsyncDisposable {
  /** The address without a path. */
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** @param answer gets the request and its number, from 0 */
export async function loopback(answer: (asked: Asked, index: number) => Answer): Promise<Loopback> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece as string;
    const seen: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    asked.push(seen);
    const { status = 200, headers = { 'content-type': 'text/event-stream' }, body } = answer(seen, asked.length - 1);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
