import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { OperatorError } from '../kit/errors.ts';
import { openPlainFile } from '../kit/plain-file.ts';
import { Semaphore } from '../kit/semaphore.ts';
import { writeError } from '../kit/system-errors.ts';
import { contentDisposition } from './content-disposition.ts';
import { GcsClient, type GcsOptions } from './gcs-client.ts';
import { download, streamOf } from './gcs-download.ts';
import { GcsObjects, missingAs, type Described } from './gcs-objects.ts';
import { GcsUploadStore } from './gcs-uploads.ts';
import { assertKey, assertPrefix, isKeyPart } from './keys.ts';
import {
  assertPresignable,
  type ByteRange,
  ObjectNotFound,
  ObjectReplaced,
  type PresignedRequest,
  type PresignOptions,
  type Storage,
  type StoredObject,
  type Transfer,
  type UploadStore,
} from './port.ts';

/** How many deletions run at the same time. */
const deletionsAtOnce = 16;
/**
 * Where a listing of everything begins: behind `.dramabox/`. No key begins with anything that is sorted before a digit.
 */
const firstOfKeys = '0';

/** What the account must be allowed in the bucket: all of it is in the role Storage Object User. */
const neededPermissions = [
  'storage.objects.create',
  'storage.objects.delete',
  'storage.objects.get',
  'storage.objects.list',
];

/**
 * Objects of a bucket of Google Cloud Storage: the key is the name, behind a prefix where one is set. What is ours
 * alone lies below `.dramabox/`, which no key can name. Objects whose names are no keys are not shown.
 */
export class GcsStorage implements Storage {
  readonly #client: GcsClient;
  readonly #objects: GcsObjects;

  /** @throws OperatorError when the credentials are none. Nobody is asked yet. */
  constructor(options: GcsOptions) {
    this.#client = new GcsClient(options);
    this.#objects = new GcsObjects(this.#client, options.prefix);
  }

  async put(key: string, body: Buffer | string): Promise<void> {
    assertKey(key);
    await this.#objects.write(key, Buffer.from(body));
  }

  async putNew(key: string, body: Buffer | string): Promise<boolean> {
    assertKey(key);
    return this.#objects.writeNew(key, Buffer.from(body));
  }

  async putFile(key: string, file: string): Promise<void> {
    assertKey(key);
    const handle = await openPlainFile(file);
    try {
      const { size } = await handle.stat();
      const read = async (at: number, length: number): Promise<Buffer> => {
        const piece = Buffer.allocUnsafeSlow(length);
        for (let filled = 0; filled < length;) {
          const { bytesRead } = await handle.read(piece, filled, length - filled, at + filled);
          if (bytesRead === 0) throw new Error(`A file became shorter while it was stored as ${key}`);
          filled += bytesRead;
        }
        return piece;
      };
      const { pieceBytes } = this.#client;
      if (size <= pieceBytes) {
        await this.#objects.write(key, await read(0, size));
        return;
      }
      let at = 0;
      await this.#objects.writeStreamed(key, size, async () => {
        const piece = await read(at, Math.min(pieceBytes, size - at));
        at += piece.length;
        return piece;
      });
    } finally {
      await handle.close();
    }
  }

  async read(key: string, signal?: AbortSignal): Promise<Buffer> {
    assertKey(key);
    return this.#objects.read(key, signal);
  }

  stream(key: string, range?: ByteRange): Readable {
    const client = this.#client;
    const name = this.#objects.nameOf(key);
    return streamOf(
      async function* (signal) {
        assertKey(key);
        if (range && !isRange(range)) throw new RangeError(`${range.start}-${range.end} is not a range of bytes`);
        const { etag, ...bytes } = range ?? {};
        // Generations are numbers: what is none was never ours.
        if (etag !== undefined && !/^\d+$/.test(etag)) throw new ObjectReplaced(key);
        yield* download(client, { name, ...bytes, ...(etag !== undefined && { generation: etag }) }, signal);
      },
      (error) => missingAs(key, error),
    );
  }

  async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    assertKey(key);
    const described = await this.#objects.describe(key, signal);
    return described && toStored(described);
  }

  async *list(prefix: string, after?: string): AsyncGenerator<StoredObject> {
    assertPrefix(prefix, { allowEmpty: true });
    for await (const described of this.#objects.list(prefix, startOf(prefix, after)))
      if (described.name.split('/').every(isKeyPart) && described.name !== after) yield toStored(described);
  }

  async *listPrefixes(prefix: string, after?: string): AsyncGenerator<string> {
    assertPrefix(prefix, { allowEmpty: true });
    for await (const folder of this.#objects.listPrefixes(prefix, startOf(prefix, after)))
      if (isKeyPart(folder.slice(prefix.length, -1)) && folder !== after) yield folder;
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    await this.#objects.delete(key);
  }

  async deletePrefix(prefix: string): Promise<void> {
    assertPrefix(prefix, { allowEmpty: false });
    const turns = new Semaphore({ atOnce: deletionsAtOnce });
    let running: Promise<void>[] = [];
    for await (const { name } of this.#objects.list(prefix)) {
      running.push(turns.run(() => this.#objects.delete(name)));
      if (running.length < 1000) continue;
      await Promise.all(running);
      running = [];
    }
    await Promise.all(running);
  }

  /** Not by `download.ts`: here a download stays with its generation, and is compared with the hash of the store. */
  async materialize(key: string, target: string, { beforeCopy, onBytes, signal }: Transfer = {}): Promise<void> {
    assertKey(key);
    const object = await this.#objects.describe(key);
    if (!object) throw new ObjectNotFound(key);
    await beforeCopy?.(object.bytes);
    signal?.throwIfAborted();
    const handle = await open(target, 'wx', 0o600);
    try {
      const wanted = { name: this.#objects.nameOf(key), generation: object.generation };
      let arrived = 0;
      for await (const chunk of download(this.#client, wanted, signal)) {
        await handle.appendFile(chunk);
        arrived += chunk.length;
        onBytes?.(arrived);
      }
      await handle.close();
    } catch (error) {
      await handle.close();
      // A part of an object must not pass for it.
      await rm(target, { force: true });
      throw missingAs(key, writeError(error));
    }
  }

  async presign(key: string, options: PresignOptions): Promise<PresignedRequest> {
    assertKey(key);
    assertPresignable(options);
    // The signature counts in whole seconds.
    const start = Math.floor(Date.now() / 1000) * 1000;
    const expires = start + Math.ceil(options.expiresInMs / 1000) * 1000;
    const headers: Record<string, string> =
      options.method === 'PUT'
        ? { 'content-type': options.contentType, 'x-goog-content-length-range': `${options.bytes},${options.bytes}` }
        : {};
    try {
      const [url] = await this.#client.bucket
        .file(this.#objects.nameOf(key))
        .getSignedUrl({
          version: 'v4',
          action: options.method === 'PUT' ? 'write' : 'read',
          accessibleAt: start,
          expires,
          extensionHeaders: headers,
          ...(options.method === 'GET' &&
            options.fileName !== undefined && { responseDisposition: contentDisposition(options.fileName) }),
        });
      return { method: options.method, url, headers, expiresAt: expires };
    } catch (thrown) {
      throw this.#client.explain(thrown);
    }
  }

  async freeBytes(): Promise<undefined> {
    return undefined;
  }

  uploadStore(): UploadStore {
    return new GcsUploadStore(this.#objects);
  }

  async check(): Promise<void> {
    const { permissions = [] } = await this.#client.json<{ permissions?: string[] }>(
      `${this.#client.bucketUrl}/iam/testPermissions`,
      neededPermissions.map((permission) => ['permissions', permission] as const),
    );
    const missing = neededPermissions.filter((permission) => !permissions.includes(permission));
    if (missing.length > 0)
      throw new OperatorError(
        `The account lacks permissions in the bucket ${this.#client.bucket.name}: ${missing.join(', ')}. Give it the role Storage Object User (roles/storage.objectUser) there`,
      );
  }

  async warnings(): Promise<readonly string[]> {
    const { bucketUrl, bucket } = this.#client;
    try {
      const settings = await this.#client.json<BucketSettings>(bucketUrl);
      const { bindings = [] } = await this.#client.json<{ bindings?: readonly Binding[] }>(`${bucketUrl}/iam`);
      return warningsAbout(bucket.name, settings, bindings);
    } catch (error) {
      if (error instanceof OperatorError)
        return [
          `Whether the bucket ${bucket.name} is private could not be looked at: ${error.message}. The roles roles/storage.bucketViewer and roles/iam.securityReviewer would let doctor see it`,
        ];
      throw error;
    }
  }

  async collectLeftovers(olderThanMs: number): Promise<number> {
    return new GcsUploadStore(this.#objects).collectLeftovers(olderThanMs);
  }

  async close(): Promise<void> {
    // Connections that nobody uses end by themselves, and keep no process.
  }
}

/** What Google says about a bucket, as far as it matters here. */
interface BucketSettings {
  readonly iamConfiguration?: {
    readonly publicAccessPrevention?: string;
    readonly uniformBucketLevelAccess?: { readonly enabled?: boolean };
  };
  readonly softDeletePolicy?: { readonly retentionDurationSeconds?: string };
}

/** Who has a role. */
interface Binding {
  readonly role: string;
  readonly members: readonly string[];
}

/** What an operator should change about a bucket, as its settings and its policy show it. */
function warningsAbout(name: string, settings: BucketSettings, bindings: readonly Binding[]): string[] {
  const { publicAccessPrevention, uniformBucketLevelAccess } = settings.iamConfiguration ?? {};
  const publicly = bindings.filter(({ members }) => members.some((each) => /^all(Authenticated)?Users$/.test(each)));
  const keptSeconds = Number(settings.softDeletePolicy?.retentionDurationSeconds ?? 0);
  return [
    ...publicly.map(
      ({ role }) =>
        `Anybody on the internet has the role ${role} in the bucket ${name}: take it away from allUsers and allAuthenticatedUsers`,
    ),
    ...(publicAccessPrevention === 'enforced'
      ? []
      : [`The bucket ${name} could be made public by a mistake: set its public access prevention to "enforced"`]),
    ...(uniformBucketLevelAccess?.enabled === true
      ? []
      : [`Single objects of the bucket ${name} can be made public: switch uniform bucket-level access on`]),
    ...(keptSeconds > 0
      ? [
          `The bucket ${name} keeps deleted objects for ${Math.round(keptSeconds / 86_400)} days, and they are paid for: every encoded chunk is one. Consider switching soft delete off`,
        ]
      : []),
  ];
}

/** Where a listing begins: one of everything behind what is ours alone. */
function startOf(prefix: string, after: string | undefined): string | undefined {
  return prefix === '' && (after ?? '') < firstOfKeys ? firstOfKeys : after;
}

function isRange({ start, end }: { readonly start: number; readonly end: number }): boolean {
  return Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
}

function toStored({ name, bytes, modifiedAt, generation }: Described): StoredObject {
  return { key: name, bytes, modifiedAt, etag: generation };
}
