import { precondition } from '../../server/http/conditional.ts';
import type { Headers } from '../http/cors.ts';
import type { Exchange } from '../http/exchange.ts';
import { notFoundCaching } from '../segments/serve-segment.ts';
import { chooseEncoding } from './content-encoding.ts';
import type { ManifestCache } from './manifest-cache.ts';
import { originProblems } from '../problems.ts';

/** A finished manifest is not `immutable`: an operator who corrects one should not have to wait for a year. */
const finalCaching = 'public, max-age=300';

/** Answers a GET or HEAD for a playlist or an MPD. Ranges are not offered: a part of a compressed text helps nobody. */
export async function serveManifest(
  cache: ManifestCache,
  maxAgeMs: number,
  exchange: Exchange,
  key: string,
  contentType: string,
  stillGranted: () => boolean,
): Promise<void> {
  try {
    const encoding = chooseEncoding(exchange.request.headers['accept-encoding'] as string | undefined);
    if (!encoding) return exchange.problem('not_acceptable', { Vary: 'Accept-Encoding' });
    const manifest = await cache.get(key);
    const encoded = manifest && (await cache.encode(key, manifest, encoding));
    // While storage was read the session may have been ended.
    if (!stillGranted()) return exchange.problem(originProblems.playback_denied);
    if (!manifest || !encoded) return exchange.problem('not_found', notFoundCaching);
    const caching: Headers = {
      ETag: encoded.etag,
      Vary: 'Accept-Encoding',
      'Accept-Ranges': 'none',
      'Cache-Control': manifest.final ? finalCaching : `public, max-age=${Math.ceil(maxAgeMs / 1000)}`,
    };
    const condition = precondition(exchange.request.headers, encoded.etag);
    if (condition === 304) return exchange.send(304, caching);
    if (condition === 412) return exchange.problem('precondition_failed');
    const entity: Headers = { ...caching, 'Content-Type': contentType };
    if (encoding !== 'identity') entity['Content-Encoding'] = encoding;
    return exchange.send(200, entity, encoded.body);
  } catch (error) {
    return exchange.fail(error, key);
  }
}
