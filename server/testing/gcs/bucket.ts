import { createHash } from 'node:crypto';
import { crc32cOf } from './crc32c.ts';
import { ApiFailure, conditionNotMet, invalid, notFound, notModified } from './failures.ts';

/** What a client may say about an object that it writes. */
export interface ObjectMetadata {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Checked against the bytes. */
  readonly md5Hash?: string;
  readonly crc32c?: string;
}

/** One generation of an object. */
export interface HeldObject {
  readonly name: string;
  readonly content: Buffer;
  readonly generation: bigint;
  readonly metageneration: bigint;
  readonly described: ObjectMetadata;
  /** Base64 of four bytes, the highest first. */
  readonly crc32c: string;
  /** Base64; composed objects have none. */
  readonly md5: string | undefined;
  readonly components: number | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const mostComponents = 32;
const mostNameBytes = 1024;
const conditions = ['GenerationMatch', 'GenerationNotMatch', 'MetagenerationMatch', 'MetagenerationNotMatch'] as const;

/** https://cloud.google.com/storage/docs/objects#naming */
function assertName(name: string): void {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0) throw new ApiFailure(400, 'required', 'Required');
  if (bytes > mostNameBytes) throw invalid(`The maximum object length is ${mostNameBytes} characters.`);
  if (/[\r\n]/.test(name) || name === '.' || name === '..' || name.startsWith('.well-known/acme-challenge/'))
    throw invalid(`Disallowed unicode characters present in object name '${name}'`);
}

/** Compares as the service lists: by the bytes of the UTF-8 form. */
const inOrder = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The objects of one bucket, with generations and conditions. Keeps no older generation: versioning is off. */
export class Bucket {
  readonly name: string;
  readonly #objects = new Map<string, HeldObject>();
  #lastGeneration = BigInt(Date.now()) * 1000n;

  constructor(name: string) {
    this.name = name;
  }

  /** How many objects there are. */
  get size(): number {
    return this.#objects.size;
  }

  /**
   * The object, if the conditions of the query hold (`ifGenerationMatch` and its relatives) and it is of the
   * generation that is asked for.
   * @param isRead reads are told 304 where others are told 412
   */
  get(name: string, query: URLSearchParams, isRead = true, prefix = 'if'): HeldObject {
    this.check(name, query, isRead, prefix);
    const held = this.#objects.get(name);
    const wanted = query.get(prefix === 'if' ? 'generation' : 'sourceGeneration');
    if (!held || (wanted !== null && BigInt(wanted) !== held.generation))
      throw notFound(`No such object: ${this.name}/${name}`);
    return held;
  }

  /** @throws ApiFailure 412, or 304 for reads, unless all conditions of the query hold */
  check(name: string, query: URLSearchParams, isRead = false, prefix = 'if'): void {
    const held = this.#objects.get(name);
    for (const condition of conditions) {
      const text = query.get(`${prefix}${condition}`);
      if (text === null) continue;
      if (!/^\d+$/.test(text)) throw invalid(`Invalid value for ${prefix}${condition}: ${text}`);
      const isMeta = condition.startsWith('Meta');
      // Without an object: generation 0 matches, a metageneration never does.
      const actual = held ? (isMeta ? held.metageneration : held.generation) : isMeta ? -1n : 0n;
      const isSame = actual === BigInt(text);
      if (condition.endsWith('NotMatch') ? isSame : !isSame)
        throw isRead && condition.endsWith('NotMatch') ? notModified() : conditionNotMet();
    }
  }

  /**
   * Makes a new generation of an object of these bytes, if the conditions hold.
   * @throws ApiFailure 400 when the bytes are not those that their hashes say
   */
  write(
    name: string,
    content: Buffer,
    described: ObjectMetadata,
    query: URLSearchParams,
    components?: number,
  ): HeldObject {
    assertName(name);
    this.check(name, query);
    const crc32c = crc32cOf(content);
    const md5 = createHash('md5').update(content).digest('base64');
    const { md5Hash, crc32c: said, ...rest } = described;
    if (md5Hash !== undefined && md5Hash !== md5)
      throw invalid(`Provided MD5 hash "${md5Hash}" doesn't match calculated MD5 hash "${md5}".`);
    if (said !== undefined && said !== crc32c)
      throw invalid(`Provided CRC32C "${said}" doesn't match calculated CRC32C "${crc32c}".`);
    const now = new Date();
    const clock = BigInt(now.getTime()) * 1000n;
    this.#lastGeneration = clock > this.#lastGeneration ? clock : this.#lastGeneration + 1n;
    const held: HeldObject = {
      name,
      content,
      generation: this.#lastGeneration,
      metageneration: 1n,
      described: { contentType: 'application/octet-stream', ...rest },
      crc32c,
      md5: components === undefined ? md5 : undefined,
      components,
      createdAt: now,
      updatedAt: now,
    };
    this.#objects.set(name, held);
    return held;
  }

  /** Changes what is said about an object, not its bytes: a new metageneration. */
  describe(name: string, change: ObjectMetadata, query: URLSearchParams): HeldObject {
    const held = this.get(name, query, false);
    const changed = {
      ...held,
      metageneration: held.metageneration + 1n,
      described: { ...held.described, ...change, metadata: { ...held.described.metadata, ...change.metadata } },
      updatedAt: new Date(),
    };
    this.#objects.set(name, changed);
    return changed;
  }

  delete(name: string, query: URLSearchParams): void {
    this.get(name, query, false);
    this.#objects.delete(name);
  }

  /** Joins up to 32 objects to one, in their order. */
  compose(
    name: string,
    sources: readonly {
      readonly name: string;
      readonly generation?: string;
      readonly objectPreconditions?: { readonly ifGenerationMatch?: string };
    }[],
    described: ObjectMetadata,
    query: URLSearchParams,
  ): HeldObject {
    if (sources.length === 0) throw invalid('You must provide at least one source component.');
    if (sources.length > mostComponents)
      throw invalid(
        `The number of source components provided (${sources.length}) exceeds the maximum (${mostComponents})`,
      );
    const parts = sources.map(({ name: part, generation, objectPreconditions }) => {
      const wanted = objectPreconditions?.ifGenerationMatch;
      return this.get(
        part,
        new URLSearchParams({ ...(generation && { generation }), ...(wanted && { ifGenerationMatch: wanted }) }),
        false,
      );
    });
    const components = parts.reduce((sum, part) => sum + (part.components ?? 1), 0);
    return this.write(name, Buffer.concat(parts.map((part) => part.content)), described, query, components);
  }

  /** One page of a list, as `objects.list` makes it. A folder counts as one entry. */
  list(query: URLSearchParams): { items: HeldObject[]; prefixes: string[]; nextPageToken?: string } {
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const [start, end] = [query.get('startOffset') ?? '', query.get('endOffset') ?? ''];
    const token = query.get('pageToken');
    const after = token === null ? undefined : Buffer.from(token, 'base64url').toString();
    const most = Math.min(1000, Number(query.get('maxResults') ?? 1000) || 1000);
    const names = [...this.#objects.keys()]
      .filter((name) => name.startsWith(prefix) && inOrder(name, start) >= 0 && (end === '' || inOrder(name, end) < 0))
      .sort(inOrder);
    const items: HeldObject[] = [];
    const prefixes: string[] = [];
    let last: string | undefined;
    for (const name of names) {
      const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
      const entry = at < 0 ? name : name.slice(0, at + delimiter.length);
      if (entry === last || (after !== undefined && inOrder(entry, after) <= 0)) continue;
      if (items.length + prefixes.length === most)
        return { items, prefixes, nextPageToken: Buffer.from(last ?? '').toString('base64url') };
      last = entry;
      if (at < 0) items.push(this.#objects.get(name)!);
      else prefixes.push(entry);
    }
    return { items, prefixes };
  }
}
