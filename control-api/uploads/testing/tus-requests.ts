import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';

/** A tus client without manners: it sends what a test says. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly code: string | undefined;
}

export function metadata(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

export function checksum(algorithm: string, bytes: Buffer): string {
  return `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;
}

export const dataType = { 'content-type': 'application/offset+octet-stream' };

function readAnswer(status: number, headers: Headers, body: string): Answer {
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  return {
    status,
    headers,
    body,
    code: isProblem && body !== '' ? (JSON.parse(body) as { code: string }).code : undefined,
  };
}

export async function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'tus-resumable': '1.0.0', ...headers },
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
  return readAnswer(response.status, response.headers, await response.text());
}

interface OpenPatch {
  write(bytes: Buffer): Promise<void>;
  end(): void;
  cut(): void;
  readonly answer: Promise<Answer>;
  /** Resolves when the connection is closed, by either side. */
  readonly closed: Promise<unknown>;
}

/** A PATCH whose body goes out piece by piece, as the test decides. */
export function openPatch(url: string, headers: Record<string, string>): OpenPatch {
  const outgoing = request(url, {
    method: 'PATCH',
    agent: false,
    headers: { 'tus-resumable': '1.0.0', connection: 'keep-alive', ...dataType, ...headers },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    outgoing.on('response', (response) => {
      const parts: Buffer[] = [];
      response
        .on('data', (part: Buffer) => {
          parts.push(part);
        })
        .on('error', reject)
        .on('end', () => {
          resolve(
            readAnswer(
              response.statusCode ?? 0,
              new Headers(response.headers as Record<string, string>),
              Buffer.concat(parts).toString(),
            ),
          );
        });
    });
    outgoing.on('error', reject);
  });
  answer.catch(() => undefined); // A test that cuts the connection does not ask for it.
  const closed = once(outgoing, 'close');
  closed.catch(() => undefined);
  return {
    write: (bytes) =>
      new Promise((resolve) => {
        outgoing.write(bytes, () => {
          resolve();
        });
      }),
    end: () => {
      outgoing.end();
    },
    cut: () => {
      outgoing.destroy();
    },
    answer,
    closed,
  };
}
