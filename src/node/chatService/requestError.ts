/** A request that is refused, with one sentence for the client. */
export class RequestError extends Error {
  /** HTTP status. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Headers of a refusal that lasts a moment only. */
export const later = { 'retry-after': '1' };
