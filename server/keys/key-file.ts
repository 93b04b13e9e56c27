import { chmodSync, mkdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { replaceFileSync } from '../kit/atomic-file.ts';
import { OperatorError } from '../kit/errors.ts';

const storedKey = Type.Object(
  {
    kid: Type.String({ pattern: '^[A-Za-z0-9_-]{1,32}$' }),
    /** base64url, 32 to 128 bytes. */
    secret: Type.String({ pattern: '^[A-Za-z0-9_-]{43,171}$' }),
    /** Milliseconds since the epoch. */
    createdAt: Type.Integer({ minimum: 0 }),
    /** When it stopped being the one that signs; absent on the current key. */
    replacedAt: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);

const keyFile = Type.Object(
  { version: Type.Literal(1), keys: Type.Array(storedKey, { minItems: 1, maxItems: 1000 }) },
  { additionalProperties: false },
);

/** A key as the file holds it. */
export type StoredKey = Static<typeof storedKey>;

const maxFileBytes = 512 * 1024;

/** `message` says what is wrong and what to do; it never quotes the file. */
function unusable(file: string, reason: string, options?: ErrorOptions): OperatorError {
  return new OperatorError(
    `The key file ${file} cannot be used: ${reason}. Correct it or restore it from a backup. Only if it is lost, ` +
      'move it away: the next start then makes a new key, and everything signed so far stops working.',
    options,
  );
}

/** What tells one state of the file from another: a replaced file is a new inode, an edited one a new time or size. */
function fingerprint(stat: Stats): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`;
}

/** The present state of the file, or undefined when there is none. */
export function fileFingerprint(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && fingerprint(stat);
}

function readText(file: string): string {
  try {
    const bytes = statSync(file).size;
    if (bytes <= maxFileBytes) return readFileSync(file, 'utf8');
  } catch (error) {
    throw unusable(file, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`, {
      cause: error,
    });
  }
  throw unusable(file, `it is longer than ${maxFileBytes} bytes, which no key file is`);
}

/**
 * The keys in the file, in its order; exactly one of them has no `replacedAt`.
 * @throws OperatorError when it cannot be read or is not what `writeKeys` writes
 */
export function readKeys(file: string): readonly StoredKey[] {
  const text = readText(file);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // JSON.parse quotes what it stumbled over, which here is a secret: its error goes nowhere, not even as the cause.
    throw unusable(file, text.trim() === '' ? 'it is empty' : 'it is not JSON');
  }
  if (!Value.Check(keyFile, parsed)) {
    const places = [...Value.Errors(keyFile, parsed)].map((error) => error.instancePath || '(top level)');
    throw unusable(file, `it is not a list of keys (see ${[...new Set(places)].slice(0, 5).join(', ')})`);
  }
  if (parsed.keys.filter((key) => key.replacedAt === undefined).length !== 1) {
    throw unusable(file, 'exactly one key must be the current one, that is, have no "replacedAt"');
  }
  if (new Set(parsed.keys.map((key) => key.kid)).size !== parsed.keys.length)
    throw unusable(file, 'two keys have the same "kid"');
  return parsed.keys;
}

/** Replaces the file in one step, on disk before this returns, readable by its owner only. Call it under the lock. */
export function writeKeys(file: string, keys: readonly StoredKey[]): void {
  replaceFileSync(file, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`);
}

/** Makes the folder of the file, for its owner only. */
export function prepareFolder(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
}

/** Takes group and others off the file's permissions; returns whether they were on it. */
export function restrictToOwner(file: string): boolean {
  if (process.platform === 'win32' || (statSync(file).mode & 0o077) === 0) return false;
  chmodSync(file, 0o600);
  return true;
}
