// An extension for the comparison inside VS Code: a webview that appends every delta, and a chat participant that writes
// the same deltas into VS Code's own Chat. It does what it is asked to over loopback.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';

export interface Pour {
  readonly deltas: readonly string[];
  readonly perSecond: number;
}

/** Times in milliseconds since the epoch. */
export interface Poured {
  readonly firstMs: number;
  readonly lastMs: number;
}

const clock = (): number => performance.timeOrigin + performance.now();

/** Yields each delta at its time, without waiting when late. */
async function pour({ deltas, perSecond }: Pour, give: (delta: string) => void): Promise<Poured> {
  const firstMs = clock();
  for (const [index, delta] of deltas.entries()) {
    const waitMs = firstMs + (index * 1000) / perSecond - clock();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    give(delta);
  }
  return { firstMs, lastMs: clock() };
}

/** Time at which this extension host reads the first bytes of the next answer. */
function nextArrival(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const { fetch } = globalThis;
  globalThis.fetch = async (...given) => {
    globalThis.fetch = fetch;
    const response = await fetch(...given);
    const body = response.body!;
    const open = body.getReader.bind(body) as () => ReadableStreamDefaultReader<Uint8Array>;
    const openWatched = (): ReadableStreamDefaultReader<Uint8Array> => {
      const reader = open();
      const read = reader.read.bind(reader);
      reader.read = async () => {
        reader.read = read;
        const first = await read();
        resolve(clock());
        return first;
      };
      return reader;
    };
    Object.assign(body, { getReader: openWatched });
    return response;
  };
  return promise;
}

const plainPage = `<!DOCTYPE html><html><body><div id="plain" style="white-space: pre-wrap"></div><script>
  const plain = document.getElementById('plain');
  addEventListener('message', ({ data }) => { plain.append(data); scrollTo(0, document.body.scrollHeight); });
</script></body></html>`;

export function activate(context: vscode.ExtensionContext): void {
  let plain: vscode.WebviewPanel | undefined;
  let next: Pour = { deltas: [], perSecond: 1 };
  let poured: PromiseWithResolvers<Poured> | undefined;
  const participant = vscode.chat.createChatParticipant('rivulet-bench.words', async (_request, _context, stream) => {
    const given = await pour(next, (delta) => stream.markdown(delta));
    poured?.resolve(given);
  });
  // Chat calls no participant without a model, although this participant uses none.
  const model = vscode.lm.registerLanguageModelChatProvider('words', {
    provideLanguageModelChatInformation: () => [
      {
        id: 'words',
        name: 'Words',
        family: 'words',
        version: '1',
        maxInputTokens: 1_000_000,
        maxOutputTokens: 1_000_000,
        capabilities: {},
        isUserSelectable: true,
      },
    ],
    provideLanguageModelChatResponse: async () => undefined,
    provideTokenCount: async () => 1,
  });
  const routes: Readonly<Record<string, (given: Pour) => Promise<Poured | undefined>>> = {
    '/open': async () => {
      plain = vscode.window.createWebviewPanel('rivulet-bench.plain', 'Plain', vscode.ViewColumn.One, { enableScripts: true });
      plain.webview.html = plainPage;
      return undefined;
    },
    '/plain': async (given) => pour(given, (delta) => void plain?.webview.postMessage(delta)),
    '/chat': async (given) => {
      next = given;
      poured = Promise.withResolvers<Poured>();
      await vscode.commands.executeCommand('workbench.action.chat.open', {
        query: '@words go',
        mode: 'ask',
        modelSelector: { vendor: 'words', id: 'words' },
      });
      return poured.promise;
    },
    '/rivulet': async () => {
      const arrival = nextArrival();
      await vscode.commands.executeCommand('rivulet.ask', 'go');
      return { firstMs: await arrival, lastMs: 0 };
    },
  };
  const server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const part of request) body.push(part as Buffer);
    const route = routes[request.url ?? ''];
    const given = JSON.parse(Buffer.concat(body).toString() || '{}') as Pour;
    try {
      response.end(JSON.stringify((await route?.(given)) ?? {}));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1', () =>
    writeFileSync(process.env['RIVULET_BENCH_FILE'] ?? '', String((server.address() as AddressInfo).port)),
  );
  context.subscriptions.push(participant, model, { dispose: () => server.close() });
}
