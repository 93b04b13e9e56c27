import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Accounts } from './account.ts';
import { XmlFailure } from './failures.ts';

/** Signed URLs live a week at most, in seconds. */
const longestLifeSeconds = 604_800;

/** As Google encodes names and values: everything but A-Z a-z 0-9 - . _ ~ */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The account that signed this request by its address (V4, RSA). What was signed is built anew from what arrived: the
 * method, the path, all of the query but the signature, and every header that is said to be signed.
 * https://cloud.google.com/storage/docs/authentication/canonical-requests
 * @throws XmlFailure when it is too late or too early, or something differs from what was signed
 */
export function signerOf(
  accounts: Accounts,
  request: { readonly method: string; readonly url: URL; readonly headers: IncomingHttpHeaders },
): string {
  const { method, url, headers } = request;
  const query = url.searchParams;
  const get = (name: string) => query.get(`X-Goog-${name}`) ?? '';
  const [email = '', ...scope] = get('Credential').split('/');
  const date = get('Date');
  const seconds = Number(get('Expires'));
  const start = Date.parse(
    date.replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      (_all, y, m, d, h, min, s) => `${y}-${m}-${d}T${h}:${min}:${s}Z`,
    ),
  );
  if (get('Algorithm') !== 'GOOG4-RSA-SHA256' || Number.isNaN(start) || scope[0] !== date.slice(0, 8))
    throw new XmlFailure(400, 'AuthenticationRequired', 'The signature is malformed.');
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longestLifeSeconds)
    throw new XmlFailure(400, 'InvalidArgument', 'X-Goog-Expires is out of its range.');
  if (start > Date.now() + 900_000) throw new XmlFailure(403, 'AccessDenied', 'The request is not valid yet.');
  if (start + seconds * 1000 <= Date.now()) throw new XmlFailure(400, 'ExpiredToken', 'Invalid argument.');
  const signed = get('SignedHeaders').split(';');
  if (!signed.includes('host')) throw new XmlFailure(400, 'InvalidArgument', 'The host must be signed.');
  const canonicalHeaders = signed.map((name) => {
    const value = String(headers[name] ?? '').trim();
    // Signers leave the port out: the real one has none to name.
    return `${name}:${(name === 'host' ? value.replace(/:\d+$/, '') : value).replace(/\s{2,}/g, ' ')}\n`;
  });
  const canonicalQuery = [...query]
    .filter(([name]) => name !== 'X-Goog-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const payload = headers['x-goog-content-sha256'];
  const canonicalRequest = [
    method,
    url.pathname,
    canonicalQuery,
    canonicalHeaders.join(''),
    signed.join(';'),
    typeof payload === 'string' && signed.includes('x-goog-content-sha256') ? payload : 'UNSIGNED-PAYLOAD',
  ].join('\n');
  const digest = createHash('sha256').update(canonicalRequest).digest('hex');
  const toSign = ['GOOG4-RSA-SHA256', date, scope.join('/'), digest].join('\n');
  if (!accounts.didSign(email, toSign, Buffer.from(get('Signature'), 'hex')))
    throw new XmlFailure(403, 'SignatureDoesNotMatch', 'Access denied.');
  return email;
}
