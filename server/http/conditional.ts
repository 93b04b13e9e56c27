import type { IncomingHttpHeaders } from 'node:http';

const entityTag = /(W\/)?("[^"]*")/g;

/** Whether a list of entity tags (RFC 9110 §8.8.3) names ours, a strong one in quotes; `*` names every one. */
function names(list: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true;
  for (const [, weak, tag] of list.matchAll(entityTag)) {
    if (tag === etag && (comparison === 'weak' || !weak)) return true;
  }
  return false;
}

/**
 * What the preconditions of a GET or HEAD make of a representation (RFC 9110 §13.2.2): 412 when If-Match names
 * another one, 304 when If-None-Match names this one, undefined when it is to be sent. There are no modification
 * dates here, so the conditions on dates are ignored, as the RFC asks.
 */
export function precondition(headers: IncomingHttpHeaders, etag: string): 304 | 412 | undefined {
  const match = headers['if-match'];
  if (match !== undefined && !names(match, etag, 'strong')) return 412;
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && names(noneMatch, etag, 'weak')) return 304;
  return undefined;
}

/** Whether Range applies: without If-Range, or when that names exactly this representation (RFC 9110 §13.1.5). */
export function rangeApplies(headers: IncomingHttpHeaders, etag: string): boolean {
  const condition = headers['if-range'];
  return condition === undefined || condition === etag;
}
