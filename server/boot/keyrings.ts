import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../kit/clock.ts';
import { openKeyring, type FileKeyring } from '../keys/file.ts';
import type { Logger } from '../kit/logger.ts';

export interface Keyrings {
  /** Signs playback URLs. */
  readonly playback: FileKeyring;
  /** Signs access tokens of accounts. */
  readonly access: FileKeyring;
}

/** The signing keys under `<dataDir>/keys/`. A replaced key verifies for as long as anything it signed may live. */
export function openKeyrings(config: Config, clock: Clock, logger: Logger): Keyrings {
  const open = (name: string, keepSeconds: number): FileKeyring =>
    openKeyring({
      file: path.join(config.dataDir, 'keys', `${name}.json`),
      rotateAfterMs: config.playback.keyRotationDays * 86_400_000,
      keepAfterMs: keepSeconds * 1000,
      clock,
      logger,
    });
  return {
    playback: open('playback', config.playback.tokenSeconds),
    access: open('access', config.accounts.accessTokenSeconds),
  };
}
