import { createHash, createHmac } from 'node:crypto';
import { BenchError } from '../runner/bench-error.ts';

/** A bucket for measurements, on a server that speaks S3; its address has the bucket in the path. */
export interface Bucket {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * Headers that sign a request (AWS Signature Version 4, of one request whose body is known).
 * @param path with the bucket; of characters that need no encoding
 */
export function signedHeaders(
  { endpoint, region, accessKeyId, secretAccessKey }: Bucket,
  request: { readonly method: string; readonly path: string; readonly body: Buffer; readonly now: Date },
): Record<string, string> {
  const { method, path, body, now } = request;
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${stamp.slice(0, 8)}/${region}/s3/aws4_request`;
  const signed = { host: new URL(endpoint).host, 'x-amz-content-sha256': sha256(body), 'x-amz-date': stamp };
  const names = Object.keys(signed).join(';');
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const canonical = [method, path, '', lines.join(''), names, signed['x-amz-content-sha256']].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')).toString('hex');
  return {
    'x-amz-content-sha256': signed['x-amz-content-sha256'],
    'x-amz-date': stamp,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

async function send(bucket: Bucket, method: string, key: string, body: Buffer): Promise<number> {
  const base = new URL(bucket.endpoint);
  const path = `/${bucket.bucket}${key === '' ? '' : `/${key}`}`;
  const response = await fetch(new URL(path, base), {
    method,
    headers: signedHeaders(bucket, { method, path, body, now: new Date() }),
    ...(method === 'PUT' && key !== '' ? { body: new Uint8Array(body) } : {}),
  }).catch((error: unknown) => {
    throw new BenchError(`${base.origin} got no answer: ${(error as Error).message}`, { cause: error });
  });
  const text = await response.text();
  // The bucket may be there already (409).
  if (!response.ok && !(key === '' && response.status === 409))
    throw new BenchError(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
  return response.status;
}

/** Makes the bucket where it is not there. */
export const makeBucket = (bucket: Bucket): Promise<unknown> => send(bucket, 'PUT', '', Buffer.alloc(0));

export const putObject = (bucket: Bucket, key: string, body: Buffer): Promise<unknown> =>
  send(bucket, 'PUT', key, body);

export const deleteObject = (bucket: Bucket, key: string): Promise<unknown> =>
  send(bucket, 'DELETE', key, Buffer.alloc(0));
