import type { Clock } from '../kit/clock.ts';
import { OperatorError, toError } from '../kit/errors.ts';
import { withFileLockSync } from '../kit/file-lock.mjs';
import { fileFingerprint, prepareFolder, readKeys, restrictToOwner, writeKeys, type StoredKey } from './key-file.ts';
import type { Logger } from '../kit/logger.ts';
import { makeKey } from './make-key.ts';
import type { ReplacedKey, SharedKeyring, SigningKey } from './port.ts';

/** How often a change that another process made to the file is looked for, in milliseconds. */
const lookAgainMs = 1000;
/** How long a failed automatic rotation (full disk, read-only folder) waits before the next try, in milliseconds. */
const rotateAgainMs = 60_000;

/** Where keys are kept and how long each one lives. */
export interface KeyringOptions {
  /** The JSON file with the keys, under `<dataDir>/keys/`. Made, with one key, when there is none. */
  readonly file: string;
  /** The signing key is replaced once it is this old, in milliseconds. */
  readonly rotateAfterMs: number;
  /** How long a replaced key still verifies, in milliseconds: the longest life of anything signed with it. */
  readonly keepAfterMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told when this process replaced the signing key, by itself or because it was asked to. Never the keys. */
  readonly onReplaced?: (kids: ReplacedKey) => void;
}

/** Signing keys in a file that the processes of one machine share. */
export interface FileKeyring extends SharedKeyring {
  /**
   * Makes a new current key now and returns it. Earlier ones verify for `keepAfterMs` more.
   * @throws OperatorError when the file cannot be used or another process holds it
   */
  rotate(): SigningKey;
}

/** A key with what the file says about its life. */
interface LivingKey {
  readonly key: SigningKey;
  readonly createdAt: number;
  /** Milliseconds since the epoch from which on it verifies nothing; Infinity for the current key. */
  readonly verifiesUntil: number;
}

/**
 * Opens the keyring, making the file at first start. Looks at the file again about once a second, and at once when
 * an unknown key id is asked for, so that a key that another process made is known before its first use here. A file
 * that goes bad later is reported and the keys in memory stay in force; it is never replaced by itself.
 * @throws OperatorError when the file is there but cannot be used
 */
export function openKeyring(options: KeyringOptions): FileKeyring {
  const { file, rotateAfterMs, keepAfterMs, clock } = options;
  const lock = `${file}.lock`;
  const logger = options.logger.child({ keyring: file });
  let keys = new Map<string, LivingKey>();
  let current: LivingKey;
  let loaded: string | undefined;
  let lookedAt = 0;
  let triedToRotateAt = -Infinity;

  function load(stored: readonly StoredKey[]): void {
    const next = new Map<string, LivingKey>();
    for (const { kid, secret, createdAt, replacedAt } of stored) {
      const verifiesUntil = replacedAt === undefined ? Infinity : replacedAt + keepAfterMs;
      const known = keys.get(kid)?.key;
      const bytes = Buffer.from(secret, 'base64url');
      // A key that stays the same stays the same object: who remembers what it verified can compare it.
      const living = { key: known?.secret.equals(bytes) ? known : { kid, secret: bytes }, createdAt, verifiesUntil };
      next.set(kid, living);
      if (replacedAt === undefined) current = living;
    }
    keys = next;
  }

  function readAgain(): void {
    // The state is taken before the content: a change in between is seen as a change next time.
    const state = fileFingerprint(file);
    load(readKeys(file));
    loaded = state;
  }

  function lookForChange(): void {
    lookedAt = clock.now();
    const state = fileFingerprint(file);
    if (state === loaded) return;
    try {
      readAgain();
      logger.info({ current: current.key.kid, keys: keys.size }, 'signing keys changed on disk and were read again');
    } catch (error) {
      loaded = state; // Said once for each state it is in, not at every look.
      logger.error({ err: toError(error) }, 'signing keys on disk are unusable; those in memory stay in force');
    }
  }

  function replaceCurrent(now: number): void {
    const stored = readKeys(file)
      .filter((key) => key.replacedAt === undefined || now < key.replacedAt + keepAfterMs)
      .map((key) => (key.replacedAt === undefined ? { ...key, replacedAt: now } : key));
    const before = current.key.kid;
    writeKeys(file, [...stored, newKey(now)]);
    readAgain();
    options.onReplaced?.({ before, after: current.key.kid });
    logger.info({ current: current.key.kid, keys: keys.size }, 'signing key rotated');
  }

  function rotateWhenOld(now: number): void {
    if (now - current.createdAt < rotateAfterMs || now - triedToRotateAt < rotateAgainMs) return;
    triedToRotateAt = now;
    try {
      withFileLockSync(lock, 0, () => {
        readAgain(); // Another process may just have done it.
        if (now - current.createdAt >= rotateAfterMs) replaceCurrent(now);
      });
    } catch (error) {
      logger.error({ err: toError(error) }, 'signing key could not be rotated; the old one goes on signing');
    }
  }

  prepareFolder(file);
  if (fileFingerprint(file) === undefined) {
    const made = withFileLockSync(lock, 5000, () => {
      if (fileFingerprint(file) === undefined) writeKeys(file, [newKey(clock.now())]);
      return true;
    });
    if (!made) throw new OperatorError(`Another process holds ${lock}. If none is running, delete it and start again.`);
  }
  try {
    if (restrictToOwner(file)) logger.warn('the key file was readable by others; its permissions are now 0600');
  } catch (error) {
    logger.warn({ err: toError(error) }, 'the key file is readable by others and its permissions cannot be changed');
  }
  readAgain();

  return {
    get current() {
      const now = clock.now();
      if (now - lookedAt >= lookAgainMs || now < lookedAt) lookForChange();
      rotateWhenOld(now);
      return current.key;
    },
    find(kid) {
      const now = clock.now();
      if (!keys.has(kid) || now - lookedAt >= lookAgainMs || now < lookedAt) lookForChange();
      const living = keys.get(kid);
      return living && now < living.verifiesUntil ? living.key : undefined;
    },
    get kids() {
      if (clock.now() - lookedAt >= lookAgainMs) lookForChange();
      return [...keys.values()].filter(({ verifiesUntil }) => clock.now() < verifiesUntil).map(({ key }) => key.kid);
    },
    rotate() {
      const rotated = withFileLockSync(lock, 5000, () => {
        replaceCurrent(clock.now());
        return current.key;
      });
      if (!rotated) throw new OperatorError(`Another process holds ${lock}; try again. If none is running, delete it.`);
      return rotated;
    },
  };
}

function newKey(now: number): StoredKey {
  const { kid, secret } = makeKey();
  return { kid, secret: secret.toString('base64url'), createdAt: now };
}
