// Writes a response as raw bytes on its socket, so that the connection can break anywhere, even in the headers.
import type { ServerResponse } from 'node:http';

export interface Breaking {
  /** Raw bytes after which the connection breaks; undefined for never. */
  readonly cut: number | undefined;
  /** Whether a break is a reset instead of a normal close. */
  readonly reset: boolean;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function breakingSend(response: ServerResponse, body: Uint8Array, { cut, reset, type, headers }: Breaking): void {
  const { socket } = response;
  if (socket === null) return;
  const size = body.length === 0 ? '' : `${body.length.toString(16)}\r\n`;
  const end = body.length === 0 ? '0\r\n\r\n' : '\r\n0\r\n\r\n';
  const whole = Buffer.concat([Buffer.from(headersOf(type, headers) + size), body, Buffer.from(end)]);
  if (cut === undefined || cut >= whole.length) {
    socket.end(whole);
    return;
  }
  socket.write(whole.subarray(0, cut), () => {
    // Lets the written bytes leave first; a reset would overtake them.
    if (reset) setImmediate(() => socket.resetAndDestroy());
    else socket.end();
  });
}

/** Length of the headers of such a response; smaller cuts are inside them. */
export function headerBytes(type: string, headers?: Readonly<Record<string, string>>): number {
  return Buffer.byteLength(headersOf(type, headers));
}

function headersOf(type: string, headers: Readonly<Record<string, string>> = {}): string {
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n${own.join('')}\r\n`;
}
