import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Database } from '../db/port.ts';
import type { EventBus } from '../events/port.ts';
import type { Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import { DatabaseKeyring } from '../keys/database.ts';
import { openKeyring } from '../keys/file.ts';
import type { Logger } from '../kit/logger.ts';
import type { ReplacedKey, SharedKeyring } from '../keys/port.ts';
import { createSeal } from '../keys/seal.ts';

const centurySeconds = 100 * 365 * 86_400;

interface Keyrings {
  /** Signs playback URLs. */
  readonly playback: SharedKeyring;
  /** Signs the addresses of pictures. None of its keys is ever removed: an address is good as long as its picture. */
  readonly pictures: SharedKeyring;
  /** Signs access tokens of accounts. */
  readonly access: SharedKeyring;
  /** Seals secrets that the database keeps. None of its keys is ever removed: what it sealed stays readable. */
  readonly secrets: SharedKeyring;
}

export interface KeyringsOptions {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Carries the hint that a key was replaced; without it others find that out by themselves. */
  readonly events?: EventBus;
  /** Writes down that a key of the ring `name` was replaced. */
  readonly record: (name: string, kids: ReplacedKey) => Promise<void>;
}

export interface OpenKeyrings {
  readonly keyrings: Keyrings;
  /**
   * Resolves once what was replaced so far is written down; that this failed is in the log only, for the key has been
   * replaced.
   */
  recorded(): Promise<void>;
  close(): Promise<void>;
}

type Open = (
  name: keyof Keyrings,
  keepSeconds: number,
  onReplaced: (kids: ReplacedKey) => void,
) => Promise<SharedKeyring>;

/** The signing keys, where the configuration has them. A replaced key verifies for as long as anything it signed may live. */
export async function openKeyrings(options: KeyringsOptions): Promise<OpenKeyrings> {
  const { config, clock, logger, events, record } = options;
  const rotateAfterMs = config.playback.keyRotationDays * 86_400_000;
  const writing = new Set<Promise<void>>();
  const closing: (() => unknown)[] = [];

  const inFile: Open = async (name, keepSeconds, onReplaced) =>
    openKeyring({
      file: path.join(config.dataDir, 'keys', `${name}.json`),
      rotateAfterMs,
      keepAfterMs: keepSeconds * 1000,
      clock,
      logger,
      onReplaced,
    });
  const inDatabase = (): Open => {
    const seal = createSeal(config.keys.secret);
    return async (ring, keepSeconds, onReplaced) => {
      const keepAfterMs = keepSeconds * 1000;
      const keyring = await DatabaseKeyring.open({
        ...options,
        ring,
        seal,
        rotateAfterMs,
        keepAfterMs,
        onReplaced: (kids) => {
          onReplaced(kids);
          // It reaches nobody when the bus is away: they look every second.
          events?.publish('keys.changed', { ring }).catch(() => undefined);
        },
      });
      closing.push(() => keyring.close());
      const unsubscribe = events?.subscribe('keys.changed', (changed) => {
        if (changed.ring === ring) keyring.lookAgain();
      });
      if (unsubscribe) closing.push(unsubscribe);
      return keyring;
    };
  };

  const openRing = config.keys.kind === 'database' ? inDatabase() : inFile;
  const open = (name: keyof Keyrings, keepSeconds: number): Promise<SharedKeyring> =>
    openRing(name, keepSeconds, (kids) => {
      const written = record(name, kids)
        .catch((error: unknown) => {
          logger.error({ err: toError(error), keys: name, ...kids }, 'a replaced key is missing in the audit log');
        })
        .finally(() => writing.delete(written));
      writing.add(written);
    });
  const close = async (): Promise<void> => {
    await Promise.all(closing.map((each) => each()));
    await Promise.all(writing);
  };
  try {
    return {
      keyrings: {
        playback: await open('playback', config.playback.tokenSeconds),
        pictures: await open('pictures', centurySeconds),
        access: await open('access', config.accounts.accessTokenSeconds),
        secrets: await open('secrets', centurySeconds),
      },
      async recorded() {
        await Promise.all(writing);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
