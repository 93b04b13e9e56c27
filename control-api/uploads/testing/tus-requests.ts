import { createHash } from 'node:crypto';
import { request } from 'node:http';

/** A tus client without manners: it sends what a test says. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly code: string | undefined;
}

export function metadata(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`).join(',');
}

export function checksum(algorithm: string, bytes: Buffer): string {
  return `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;
}

export const dataType = { 'content-type': 'application/offset+octet-stream' };

export async function send(url: string, method: string, headers: Record<string, string>, body?: Buffer): Promise<Answer> {
  const response = await fetch(url, {
    method, headers: { 'tus-resumable': '1.0.0', ...headers }, ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  return { status: response.status, headers: response.headers, body: text, code: isProblem && text !== '' ? (JSON.parse(text) as { code: string }).code : undefined };
}

/** A PATCH whose body goes out piece by piece, as the test decides. */
export function openPatch(url: string, headers: Record<string, string>): { write(bytes: Buffer): Promise<void>; end(): void; cut(): void; readonly answer: Promise<number> } {
  const outgoing = request(url, { method: 'PATCH', headers: { 'tus-resumable': '1.0.0', ...dataType, ...headers } });
  const answer = new Promise<number>((resolve, reject) => {
    outgoing.on('response', (response) => { response.resume().on('end', () => { resolve(response.statusCode ?? 0); }).on('error', reject); });
    outgoing.on('error', reject);
  });
  answer.catch(() => undefined); // A test that cuts the connection does not ask for it.
  return {
    write: (bytes) => new Promise((resolve) => { outgoing.write(bytes, () => { resolve(); }); }),
    end: () => { outgoing.end(); },
    cut: () => { outgoing.destroy(); },
    answer,
  };
}
