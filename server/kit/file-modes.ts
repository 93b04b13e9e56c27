import { chmodSync, statSync } from 'node:fs';
import type { Logger } from './logger.ts';
import { toError } from './errors.ts';

/** A file or folder that only the user of the server may open, and the option that says where it is. */
export interface PrivatePlace {
  readonly path: string;
  readonly option: string;
}

/** One that others may open. */
export interface OpenPlace extends PrivatePlace {
  /** As it is and as it should be, e.g. 0o644 and 0o600. */
  readonly mode: number;
  readonly wanted: number;
}

/** Rights of the group and of others. Windows has none of them. */
const forOthers = process.platform === 'win32' ? 0 : 0o077;

/** `644` as people write it. */
export const inOctal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** Those that others may open. What is not there is not open. */
export function findOpen(places: readonly PrivatePlace[]): readonly OpenPlace[] {
  return places.flatMap((place) => {
    const stats = statSync(place.path, { throwIfNoEntry: false });
    const mode = (stats?.mode ?? 0) & 0o7777;
    if (!stats || (mode & forOthers) === 0) return [];
    return [{ ...place, mode, wanted: stats.isDirectory() ? 0o700 : 0o600 }];
  });
}

/** Closes those that others may open, and says so; returns those that could not be closed (they are somebody else's). */
export function closeToOthers(places: readonly PrivatePlace[], logger: Logger): readonly OpenPlace[] {
  return findOpen(places).filter(({ path, mode, wanted }) => {
    const facts = { path, was: inOctal(mode), is: inOctal(wanted) };
    try {
      chmodSync(path, wanted);
      logger.warn(facts, 'others could open this; it is closed to them now');
      return false;
    } catch (error) {
      logger.warn({ ...facts, err: toError(error) }, 'others can open this, and its permissions cannot be changed');
      return true;
    }
  });
}
