import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Test } from 'tap';
import { Accounts, serviceAccountKey, type ServiceAccountKey } from './account.ts';
import { Bucket } from './bucket.ts';
import { sendFailure, sendMedia, sendObject, toResource } from './answers.ts';
import type { Asked, Disturbance } from './disturbances.ts';
import { ApiFailure, invalid, notFound, XmlFailure } from './failures.ts';
import { readMultipart } from './multipart.ts';
import { Sessions } from './resumable.ts';
import { signerOf } from './signed-urls.ts';

/** Who may do what with the bucket: a member (`allUsers`, `serviceAccount:<email>`) and its permissions. */
export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
}

const everything = [
  'storage.buckets.get',
  'storage.buckets.getIamPolicy',
  'storage.objects.create',
  'storage.objects.delete',
  'storage.objects.get',
  'storage.objects.list',
  'storage.objects.update',
] as const;
/** What an account can be allowed. */
export type Permission = (typeof everything)[number];

/**
 * A stateful counterpart of Google Cloud Storage for tests: its JSON API, and signed URLs of its XML API, over HTTP.
 * The README beside it says what it leaves out.
 */
export class GcsCounterpart {
  readonly key: ServiceAccountKey = serviceAccountKey();
  readonly bucket = new Bucket('dramabox-of-tests');
  /** What the account may do. */
  readonly granted = new Set<Permission>(everything);
  /** Settings of the bucket that others look at. */
  settings = {
    uniformBucketLevelAccess: true,
    publicAccessPrevention: 'enforced' as 'enforced' | 'inherited',
    /** How long deleted objects are said to be kept; they are not. */
    softDeleteSeconds: 0,
  };
  /** Members beside the account. */
  bindings: readonly Binding[] = [];
  readonly asked: Asked[] = [];
  /** Decides about each request; undefined lets it be. */
  disturb: (asked: Asked) => Disturbance | undefined = () => undefined;
  /** Added to the clock that sessions expire by, in milliseconds. */
  laterMs = 0;
  readonly sessions = new Sessions(() => Date.now() + this.laterMs);
  readonly #accounts = new Accounts();
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  constructor() {
    this.#accounts.add(this.key);
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Listens on a free port until `t` ends. */
  static async listen(t: Test): Promise<GcsCounterpart> {
    const made = new GcsCounterpart();
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    t.teardown(async () => {
      const closed = new Promise((resolve) => made.#server.close(resolve));
      for (const socket of made.#sockets) socket.destroy();
      await closed;
    });
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many requests there were of these operations; of all without any. */
  count(...operations: string[]): number {
    return this.asked.filter(({ operation }) => operations.length === 0 || operations.includes(operation)).length;
  }

  /** Stops listening until `mend`, and ends what is open. */
  async break(): Promise<() => Promise<void>> {
    const { port } = this.#server.address() as AddressInfo;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    return () => new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A connection that breaks is told by what reads it.
    request.on('error', () => undefined);
    try {
      await this.#route(new URL(request.url ?? '/', this.url), request, response);
    } catch (error) {
      request.resume();
      sendFailure(response, error);
    }
  }

  async #route(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const query = url.searchParams;
    const [, upload, isDownload, path] = /^(\/upload)?(\/download)?\/storage\/v1\/b(\/.*)$/.exec(url.pathname) ?? [];
    if (path === undefined) return this.#signed(url, request, response);
    const parts = path.split('/').slice(1).map(decodeURIComponent);
    const [name = '', kind, object, verb, , target] = parts;
    const sessionId = upload === undefined ? null : query.get('upload_id');
    const asked = {
      method,
      object: object ?? query.get('name') ?? undefined,
      operation:
        sessionId !== null
          ? method === 'PUT' && request.headers['content-range']?.startsWith('bytes *')
            ? 'resumable.ask'
            : `resumable.${method.toLowerCase()}`
          : upload !== undefined
            ? `upload.${query.get('uploadType') ?? ''}`
            : kind === 'iam'
              ? object === 'testPermissions'
                ? 'buckets.testPermissions'
                : 'buckets.getIamPolicy'
              : kind === undefined
                ? 'buckets.get'
                : isDownload !== undefined || query.get('alt') === 'media'
                  ? 'media.get'
                  : object === undefined
                    ? 'objects.list'
                    : `objects.${verb ?? { GET: 'get', DELETE: 'delete', PATCH: 'patch' }[method] ?? 'unknown'}`,
      // The address of a session is a secret that lets in by itself.
      authorized: sessionId === null ? 'bearer' : 'session',
    } satisfies Asked;
    const disturbance = await this.#note(asked, request, response);
    if (disturbance === 'over') return;
    if (sessionId === null) this.#accounts.ofBearer(request.headers.authorization);
    if (name !== this.bucket.name) throw notFound('The specified bucket does not exist.');
    const found = (isThere: () => boolean) => {
      this.#require('storage.objects.get', object);
      // Who may not list is not told what is not there.
      if (!this.granted.has('storage.objects.list') && !isThere()) throw this.#denied('storage.objects.list', object);
    };
    const send = (body: unknown, status = 200) => sendObject(response, status, body);
    switch (asked.operation) {
      case 'buckets.get':
        this.#require('storage.buckets.get');
        return send({
          kind: 'storage#bucket',
          name,
          softDeletePolicy: { retentionDurationSeconds: String(this.settings.softDeleteSeconds) },
          iamConfiguration: {
            publicAccessPrevention: this.settings.publicAccessPrevention,
            uniformBucketLevelAccess: { enabled: this.settings.uniformBucketLevelAccess },
          },
        });
      case 'buckets.getIamPolicy':
        this.#require('storage.buckets.getIamPolicy');
        return send({
          kind: 'storage#policy',
          bindings: [
            { role: 'roles/storage.objectAdmin', members: [`serviceAccount:${this.key.client_email}`] },
            ...this.bindings,
          ],
        });
      case 'buckets.testPermissions':
        // Everybody may ask what they may do.
        return send({
          kind: 'storage#testIamPermissionsResponse',
          permissions: query.getAll('permissions').filter((each) => this.granted.has(each as Permission)),
        });
      case 'objects.list': {
        this.#require('storage.objects.list');
        const { items, ...page } = this.bucket.list(query);
        return send({ kind: 'storage#objects', ...page, items: items.map((each) => toResource(name, each)) });
      }
      case 'objects.get':
        found(() => this.bucket.list(new URLSearchParams({ prefix: object ?? '' })).items.length > 0);
        return send(toResource(name, this.bucket.get(object ?? '', query)));
      case 'media.get':
        found(() => this.bucket.list(new URLSearchParams({ prefix: object ?? '' })).items.length > 0);
        return sendMedia(request, response, this.bucket.get(object ?? '', query), disturbance);
      case 'objects.delete':
        this.#require('storage.objects.delete', object);
        this.bucket.delete(object ?? '', query);
        response.writeHead(204).end();
        return;
      case 'objects.patch':
        this.#require('storage.objects.update', object);
        return send(toResource(name, this.bucket.describe(object ?? '', await readJson(request), query)));
      case 'objects.compose': {
        this.#require('storage.objects.create', object);
        this.#require('storage.objects.get', object);
        const { sourceObjects = [], destination = {} } = await readJson<ComposeRequest>(request);
        return send(toResource(name, this.bucket.compose(object ?? '', sourceObjects, destination, query)));
      }
      case 'objects.rewriteTo':
      case 'objects.copyTo': {
        // /b/<bucket>/o/<object>/rewriteTo/b/<bucket>/o/<target>; within the bucket only.
        const to = parts[7] ?? '';
        if (target !== name) throw notFound('The specified bucket does not exist.');
        this.#require('storage.objects.create', to);
        this.#require('storage.objects.get', object);
        const source = this.bucket.get(object ?? '', query, false, 'ifSource');
        const copy = this.bucket.write(to, source.content, source.described, query, source.components);
        const resource = toResource(name, copy);
        const size = String(copy.content.length);
        return send(
          verb === 'copyTo'
            ? resource
            : { kind: 'storage#rewriteResponse', done: true, objectSize: size, totalBytesRewritten: size, resource },
        );
      }
      case 'upload.media': {
        this.#require('storage.objects.create', asked.object);
        const content = await buffer(request);
        const contentType = request.headers['content-type'];
        return this.#written(
          asked.object,
          content,
          { ...(contentType && { contentType }) },
          query,
          response,
          disturbance,
        );
      }
      case 'upload.multipart': {
        this.#require('storage.objects.create', asked.object);
        const body = await buffer(request);
        const { metadata, type, content } = readMultipart(request.headers['content-type'] ?? '', body);
        const said = { contentType: type, ...metadata } as { name?: string };
        return this.#written(asked.object ?? said.name, content, said, query, response, disturbance);
      }
      case 'upload.resumable':
        return this.#begin(asked.object, request, response, query);
      case 'resumable.ask':
      case 'resumable.put': {
        const limit = disturbance?.kind === 'cutRequest' ? disturbance.afterBytes : Infinity;
        const standing = await this.sessions.take(
          sessionId ?? '',
          request,
          disturbance?.kind === 'forgetPiece' ? 0 : limit,
        );
        if (limit !== Infinity) return void response.destroy();
        if (disturbance?.kind === 'loseAnswer') return void response.destroy();
        if ('finished' in standing) return send(toResource(name, standing.finished));
        request.resume();
        const isTold = standing.kept > 0 && disturbance?.kind !== 'forgetPiece';
        response
          .writeHead(308, { 'content-length': 0, ...(isTold && { range: `bytes=0-${standing.kept - 1}` }) })
          .end();
        return;
      }
      case 'resumable.delete':
        this.sessions.cancel(sessionId ?? '');
        response.writeHead(499, { 'content-length': 0 }).end();
        return;
      default:
        throw invalid(`The counterpart does not know ${method} ${url.pathname}`);
    }
  }

  /** Begins a session. What is said about the object is JSON in the body. */
  async #begin(
    named: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): Promise<void> {
    this.#require('storage.objects.create', named);
    const said = await readJson<{ name?: string }>(request);
    const name = named ?? said.name ?? '';
    if (name === '') throw new ApiFailure(400, 'required', 'Required');
    const announced = request.headers['x-upload-content-length'];
    const contentType = request.headers['x-upload-content-type'];
    const id = this.sessions.begin({
      bucket: this.bucket,
      name,
      described: { ...(typeof contentType === 'string' && { contentType }), ...said },
      query: new URLSearchParams([...query].filter(([key]) => key.startsWith('if'))),
      announced: announced === undefined ? undefined : Number(announced),
    });
    const location = new URL(`/upload/storage/v1/b/${this.bucket.name}/o`, `http://${request.headers.host}`);
    location.search = new URLSearchParams({ uploadType: 'resumable', name, upload_id: id }).toString();
    response.writeHead(200, { location: location.href, 'content-length': 0 }).end();
  }

  /** Writes an object that came whole. Not one byte of it is there when its connection broke. */
  #written(
    name: string | undefined,
    content: Buffer,
    described: object,
    query: URLSearchParams,
    response: ServerResponse,
    disturbance: Disturbance | undefined,
  ): void {
    const held = this.bucket.write(name ?? '', content, described, query);
    if (disturbance?.kind === 'loseAnswer') response.destroy();
    else sendObject(response, 200, toResource(this.bucket.name, held));
  }

  /** A request whose address is its own permission, to `/<bucket>/<object>`. */
  async #signed(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const [bucket = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    const object = rest.join('/');
    const asked = { method, operation: `signed.${method.toLowerCase()}`, object, authorized: 'signed' } as const;
    const disturbance = await this.#note(asked, request, response);
    if (disturbance === 'over') return;
    if (!url.searchParams.has('X-Goog-Signature')) throw new XmlFailure(403, 'AccessDenied', 'Access denied.');
    signerOf(this.#accounts, { method, url, headers: request.headers });
    if (bucket !== this.bucket.name) throw new XmlFailure(404, 'NoSuchBucket', 'The specified bucket does not exist.');
    const needed = method === 'PUT' ? 'storage.objects.create' : 'storage.objects.get';
    if (!this.granted.has(needed)) throw new XmlFailure(403, 'AccessDenied', 'Access denied.');
    if (method === 'PUT') {
      const contentType = request.headers['content-type'];
      const content = await buffer(request);
      const [least, most] = String(request.headers['x-goog-content-length-range'] ?? '0,Infinity')
        .split(',')
        .map(Number);
      if (content.length < (least ?? 0))
        throw new XmlFailure(400, 'EntityTooSmall', 'Your proposed upload is too small.');
      if (content.length > (most ?? 0))
        throw new XmlFailure(400, 'EntityTooLarge', 'Your proposed upload is too large.');
      this.bucket.write(object, content, { ...(contentType && { contentType }) }, new URLSearchParams());
      response.writeHead(200, { 'content-length': 0 }).end();
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') throw new XmlFailure(405, 'MethodNotAllowed', 'Not allowed.');
    try {
      const held = this.bucket.get(object, new URLSearchParams());
      const disposition = url.searchParams.get('response-content-disposition');
      if (disposition !== null) response.setHeader('content-disposition', disposition);
      sendMedia(request, response, held, disturbance);
    } catch (error) {
      throw error instanceof ApiFailure && error.status === 404
        ? new XmlFailure(404, 'NoSuchKey', 'The specified key does not exist.')
        : error;
    }
  }

  /** Writes down what is asked and disturbs it where that is over with before anything is done. */
  async #note(
    asked: Asked,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Disturbance | undefined | 'over'> {
    this.asked.push(asked);
    const disturbance = this.disturb(asked);
    if (disturbance?.kind === 'refuse')
      throw new ApiFailure(
        disturbance.status,
        disturbance.reason ?? 'backendError',
        'We encountered an internal error.',
      );
    if (disturbance?.kind === 'delay')
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, disturbance.ms);
        response.once('close', () => {
          clearTimeout(timer);
          resolve(undefined);
        });
      });
    if (disturbance?.kind === 'cutRequest' && asked.operation !== 'resumable.put') {
      let arrived = 0;
      for await (const chunk of request as AsyncIterable<Buffer>)
        if ((arrived += chunk.length) >= disturbance.afterBytes) break;
      response.destroy();
      return 'over';
    }
    return response.destroyed ? 'over' : disturbance;
  }

  #require(permission: Permission, object?: string): void {
    if (!this.granted.has(permission)) throw this.#denied(permission, object);
  }

  #denied(permission: Permission, object?: string): ApiFailure {
    const what = object === undefined ? 'bucket' : 'object';
    return new ApiFailure(
      403,
      'forbidden',
      `${this.key.client_email} does not have ${permission} access to the Google Cloud Storage ${what}. Permission '${permission}' denied on resource (or it may not exist).`,
    );
  }
}

interface ComposeRequest {
  readonly sourceObjects?: Parameters<Bucket['compose']>[1];
  readonly destination?: object;
}

async function readJson<T = object>(request: IncomingMessage): Promise<T> {
  const text = (await buffer(request)).toString();
  try {
    return JSON.parse(text === '' ? '{}' : text) as T;
  } catch {
    throw new ApiFailure(400, 'parseError', 'Parse Error');
  }
}
