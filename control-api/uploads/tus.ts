import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { ReadableStream } from 'node:stream/web';
import { Server } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import type { Who } from '../../server/kit/policy.ts';
import { newId } from '../../server/kit/ids.ts';
import type { UploadStore } from '../../server/storage/port.ts';
import type { Admissions } from './admissions.ts';
import { checksumAlgorithms, parseChecksum } from './checksum.ts';
import type { UploadLocker } from './locker.ts';
import { largestFile } from './quota.ts';
import type { UploadRow } from './repository.ts';
import type { UploadsService } from './service.ts';
import type { Spool } from './spool.ts';
import { problemOfStatus, toUploadProblem } from './tus-problems.ts';
import type { TusRequest } from './tus-request.ts';
import { TusStore } from './tus-store.ts';
import { uploadProblems } from './problems.ts';

/** Of the protocol that is spoken. */
export const tusVersion = '1.0.0';
const dataType = 'application/offset+octet-stream';

/** How long a request may go on once another one wants its upload, in milliseconds. */
const lockDrainMs = 1000;
/** How much of a refused body is still read, so that the client gets to read the answer, in bytes. */
const discardBytes = 16 * 1024 * 1024;
/** A longest name in base64 and as much again and more; it is kept with the upload. In bytes. */
const maxMetadataBytes = 4096;
/** Headers of the library's answers that are decided elsewhere: the frame by Fastify, CORS by the routes. */
const ownHeaders = new Set([
  'content-length',
  'content-type',
  'connection',
  'access-control-allow-origin',
  'access-control-expose-headers',
]);

export interface TusEndpointOptions {
  /** As clients ask for it: `Location` begins with it. */
  readonly path: string;
  readonly uploads: UploadsService;
  readonly admissions: Admissions;
  readonly store: UploadStore;
  readonly spool: Spool;
  readonly locker: UploadLocker;
  readonly clock: Clock;
  readonly config: Config['uploads'];
}

/**
 * tus 1.0 between Fastify and @tus/server: who may touch which upload, and how errors look, is decided here; the
 * protocol is the library's.
 */
export class TusEndpoint {
  readonly #uploads: UploadsService;
  readonly #server: Server;
  readonly #requests = new AsyncLocalStorage<TusRequest>();

  constructor({ path, uploads, admissions, store, spool, locker, clock, config }: TusEndpointOptions) {
    this.#uploads = uploads;
    const current = () => this.#current();
    this.#server = new Server({
      path,
      datastore: new TusStore({ store, spool, admissions, uploads, clock, current }),
      locker,
      lockDrainTimeout: lockDrainMs,
      maxSize: largestFile(config),
      relativeLocation: true,
      allowedHeaders: ['Upload-Checksum', 'Idempotency-Key'],
      namingFunction: () => this.#current().uploadId,
      getFileIdFromRequest: () => this.#current().uploadId,
      onUploadFinish: async (_request, upload) => {
        const request = this.#current();
        request.assetId = await uploads.finish(upload.id, request.by?.audit);
        return {};
      },
      onResponseError: (_request, error) => {
        const request = this.#requests.getStore();
        if (request) request.error ??= error;
        return undefined;
      },
    });
  }

  #current(): TusRequest {
    const request = this.#requests.getStore();
    if (!request) throw new Error('The tus server was asked outside of a request');
    return request;
  }

  /** OPTIONS: what this server can do. */
  async options(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    void reply.header('tus-checksum-algorithm', checksumAlgorithms.join(','));
    return this.#handle(request, reply, toTusRequest(request, undefined, ''));
  }

  /** POST: creation, with or without the first bytes. */
  async create(request: FastifyRequest, reply: FastifyReply, by: Caller): Promise<FastifyReply> {
    requireVersion(request, reply);
    if (Buffer.byteLength(header(request, 'upload-metadata') ?? '') > maxMetadataBytes) {
      throw new ProblemError('invalid_request', `Upload-Metadata has more than ${maxMetadataBytes} bytes.`, {
        extras: { maxBytes: maxMetadataBytes },
      });
    }
    const tus = toTusRequest(request, by, newId('upload'));
    try {
      await this.#handle(request, reply, tus, request.headers['content-type'] === dataType, async () => {
        // It may have been given up while it was made.
        if (tus.assetId === undefined) tus.expiresAt = (await this.#uploads.find(tus.uploadId, by)).expires_at;
      });
    } catch (error) {
      // The client was never told where the upload is, so nobody can continue it.
      if (tus.upload)
        await this.#uploads.terminate(tus.uploadId, by.audit).catch((cause: unknown) => {
          request.log.error({ err: cause, upload: tus.uploadId }, 'upload could not be taken back');
        });
      throw error;
    }
    return reply;
  }

  /** HEAD: where it continues, and the asset once it is finished. */
  async describe(request: FastifyRequest, reply: FastifyReply, by: Who, uploadId: string): Promise<FastifyReply> {
    requireVersion(request, reply);
    const tus = toTusRequest(request, undefined, uploadId);
    const upload = await this.#find(tus, by);
    return this.#handle(request, reply, tus, false, async (response) => {
      // All bytes but no asset: the server ended in between.
      if (Number(response.headers.get('upload-offset')) === upload.bytes)
        tus.assetId = await this.#uploads.finish(uploadId);
    });
  }

  /** PATCH: bytes. */
  async append(request: FastifyRequest, reply: FastifyReply, by: Caller, uploadId: string): Promise<FastifyReply> {
    requireVersion(request, reply);
    if (request.headers['content-type'] !== dataType)
      throw new ProblemError('unsupported_media_type', `The content type of an upload is ${dataType}.`, {
        extras: { expected: dataType },
      });
    const tus = toTusRequest(request, by, uploadId);
    await this.#find(tus, by);
    return this.#handle(request, reply, tus, true);
  }

  /** Before the lock of the upload is asked for: somebody who may not write to it interrupts nobody who may. */
  async #find(tus: TusRequest, by: Who): Promise<UploadRow> {
    const row = await this.#uploads.find(tus.uploadId, by);
    tus.upload = row;
    tus.expiresAt = row.expires_at;
    return row;
  }

  /** DELETE: it is given up. The library would remove bytes without asking whether they became an asset. */
  async terminate(request: FastifyRequest, reply: FastifyReply, by: Caller, uploadId: string): Promise<FastifyReply> {
    requireVersion(request, reply);
    await this.#uploads.giveUp(uploadId, by);
    return reply.code(204).send();
  }

  /** Passes the request to the library and its answer to the client. @throws ProblemError for every answer that is an error */
  async #handle(
    request: FastifyRequest,
    reply: FastifyReply,
    tus: TusRequest,
    hasBody = false,
    onSuccess?: (response: Response) => Promise<void>,
  ): Promise<FastifyReply> {
    const { raw } = request;
    const body = hasBody
      ? ReadableStream.from(raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>)
      : null;
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    const webRequest = new Request(`http://localhost${raw.url}`, {
      method: request.method,
      headers,
      // The same class; the types of browsers, by which web tests are checked, do not know that.
      ...(body ? { body: body as unknown as NonNullable<RequestInit['body']>, duplex: 'half' as const } : {}),
    });
    const response = await this.#requests.run(tus, () => this.#server.handleWeb(webRequest));
    const failed = response.status >= 400;
    for (const [name, value] of response.headers) {
      if (!ownHeaders.has(name) && !(failed && name === 'location')) void reply.header(name, value);
    }
    const isCutOff = hasBody && !raw.complete;
    const isInterrupted = isCutOff && raw.destroyed;
    // Also when all is well: another request asked for the upload, and what came so far is kept.
    if (isCutOff) discardRest(raw, reply);
    if (failed) {
      if (isInterrupted)
        throw new ProblemError(
          uploadProblems.upload_interrupted,
          'The connection broke; continue from what was received.',
          { cause: tus.error },
        );
      const problem =
        tus.error === undefined ? problemOfStatus(response.status, await response.text()) : toUploadProblem(tus.error);
      if (problem.code !== 'upload_checksum_mismatch' || !isCutOff) throw problem;
      throw new ProblemError(
        uploadProblems.upload_locked,
        'Another request took this upload over before all of the bytes were here.',
        { cause: problem },
      );
    }
    await onSuccess?.(response);
    if (tus.assetId !== undefined) void reply.header('dramabox-asset', tus.assetId);
    else if (tus.expiresAt !== undefined) void reply.header('upload-expires', new Date(tus.expiresAt).toUTCString());
    return reply.code(response.status).send();
  }
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** @throws ProblemError invalid_request for a checksum that is none */
function toTusRequest(request: FastifyRequest, by: Caller | undefined, uploadId: string): TusRequest {
  const length = header(request, 'content-length');
  return {
    by,
    uploadId,
    checksum: parseChecksum(header(request, 'upload-checksum')),
    contentLength: length === undefined ? undefined : Number(length),
  };
}

/** @throws ProblemError tus_version_unsupported */
function requireVersion(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('tus-resumable', tusVersion);
  if (header(request, 'tus-resumable') === tusVersion) return;
  void reply.header('tus-version', tusVersion);
  throw new ProblemError(uploadProblems.tus_version_unsupported);
}

/** Reads what a client is still sending after it was refused, up to a limit; the connection ends with the answer. */
function discardRest(raw: IncomingMessage, reply: FastifyReply): void {
  void reply.header('connection', 'close');
  let left = discardBytes;
  raw.removeAllListeners('readable');
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) raw.destroy();
  });
  raw.on('error', () => undefined);
  raw.resume();
}
