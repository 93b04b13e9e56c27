import http from 'node:http';
import https from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Which bucket, and how it is asked. */
export interface S3Options {
  readonly bucket: string;
  /** What every key begins with; empty or with a `/` at its end. */
  readonly prefix: string;
  /** Empty: Amazon's own, by the region. */
  readonly endpoint: string;
  readonly region: string;
  /** Whether the bucket stands in the path instead of the name of the host. */
  readonly pathStyle: boolean;
  /** Empty, as the secret: what the SDK finds in its environment. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** How often a request is tried in all. */
  readonly attempts: number;
  readonly connectMs: number;
  /** A connection on which nothing comes for this long is given up. */
  readonly silenceMs: number;
  /** Most connections at a time. */
  readonly connections: number;
}

/**
 * A client with connections of its own. Requests are signed with the hash of what they carry, so that a damaged write
 * is refused by the server. Further checksums are sent only where the protocol asks for them: older servers (Ceph 16)
 * do not take the trailing ones that the SDK adds by itself, and in a presigned request they would be of an empty body.
 */
export function openS3Client(options: S3Options): S3Client {
  const agent = { keepAlive: true, maxSockets: options.connections };
  return new S3Client({
    region: options.region,
    ...(options.endpoint !== '' && { endpoint: options.endpoint }),
    forcePathStyle: options.pathStyle,
    ...(options.accessKeyId !== '' && {
      credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    }),
    // Standard: exponential pauses with full jitter, and a budget that keeps retries from burying a slow store.
    retryMode: 'standard',
    maxAttempts: options.attempts,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: new NodeHttpHandler({
      connectionTimeout: options.connectMs,
      socketTimeout: options.silenceMs,
      httpAgent: new http.Agent(agent),
      httpsAgent: new https.Agent(agent),
      // It would warn on the console; waiting for a connection is what the limit is for.
      socketAcquisitionWarningTimeout: 2 ** 31 - 1,
    }),
  });
}
