import { toError } from '../../../server/kit/errors.ts';
import { ProviderAway, type Asked } from './port.ts';

/** How long a provider may take for its whole answer, in milliseconds. */
const longestMs = 10_000;
/** Their longest answers, lists of keys, have some ten thousand bytes. */
const mostBytes = 256 * 1024;

/** `fetch` as it is used here. */
export type Fetch = (
  url: string,
  options?: Omit<RequestInit, 'body'> & { readonly body?: RequestInit['body'] | Uint8Array | undefined },
) => Promise<Response>;

/**
 * `fetch` to a provider, bounded in time and size, whose answer is read whole. Redirects are not followed: what is sent
 * (codes, secrets) is for the address that was asked. An answer of 400 to 499 is an answer; every other failure is
 * thrown as ProviderAway, which says neither what was sent nor what came back.
 */
export function fetchFrom(provider: Asked): Fetch {
  return async (url, { body: sent = null, ...options } = {}) => {
    const limit = AbortSignal.timeout(longestMs);
    const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
    try {
      // Node's types and those of browsers, which check this too, differ in what a body may be.
      const given: object = { ...options, body: sent, redirect: 'manual', signal };
      const response = await fetch(url, given);
      const { status, headers } = response;
      if ((status >= 300 && status < 400) || status >= 500 || status === 429) {
        await response.body?.cancel();
        throw new ProviderAway(provider, `it answered ${status}`);
      }
      const body = await readBounded(provider, response);
      return new Response(body.length === 0 ? null : body, { status, headers });
    } catch (error) {
      throw error instanceof ProviderAway ? error : new ProviderAway(provider, reasonOf(error));
    }
  };
}

async function readBounded(provider: Asked, response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Counted as unpacked: a small answer can be packed very tight. Leaving the loop ends the connection.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new ProviderAway(provider, 'its answer is too long');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** Names what failed. The messages of `fetch` may hold addresses with what was sent in them. */
function reasonOf(error: unknown): string {
  const { name, cause } = toError(error);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : name;
}
