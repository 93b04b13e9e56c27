import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../kit/clock.ts';
import { toError } from '../kit/errors.ts';
import { openKeyring, type FileKeyring, type ReplacedKey } from '../keys/file.ts';
import type { Logger } from '../kit/logger.ts';

export interface Keyrings {
  /** Signs playback URLs. */
  readonly playback: FileKeyring;
  /** Signs access tokens of accounts. */
  readonly access: FileKeyring;
}

export interface KeyringsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Writes down that a key of the ring `name` was replaced. */
  readonly record: (name: string, kids: ReplacedKey) => Promise<void>;
}

/**
 * The signing keys under `<dataDir>/keys/`. A replaced key verifies for as long as anything it signed may live.
 * `recorded` resolves once what was replaced so far is written down; that this failed is in the log only, for the key
 * has been replaced.
 */
export function openKeyrings({ config, clock, logger, record }: KeyringsOptions): {
  readonly keyrings: Keyrings;
  recorded(): Promise<void>;
} {
  const writing = new Set<Promise<void>>();
  const open = (name: string, keepSeconds: number): FileKeyring =>
    openKeyring({
      file: path.join(config.dataDir, 'keys', `${name}.json`),
      rotateAfterMs: config.playback.keyRotationDays * 86_400_000,
      keepAfterMs: keepSeconds * 1000,
      clock,
      logger,
      onReplaced: (kids) => {
        const written = record(name, kids)
          .catch((error: unknown) => {
            logger.error({ err: toError(error), keys: name, ...kids }, 'a replaced key is missing in the audit log');
          })
          .finally(() => writing.delete(written));
        writing.add(written);
      },
    });
  return {
    keyrings: {
      playback: open('playback', config.playback.tokenSeconds),
      access: open('access', config.accounts.accessTokenSeconds),
    },
    async recorded() {
      await Promise.all(writing);
    },
  };
}
