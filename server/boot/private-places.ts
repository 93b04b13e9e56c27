import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import { inOctal, type OpenPlace, type PrivatePlace } from '../kit/file-modes.ts';
import type { Notice } from '../kit/notices.ts';

/** The files of a folder; none where there is no folder. Links are left out: they lead to what is not ours. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => path.join(folder, name));
  } catch {
    return [];
  }
}

/**
 * Everything that holds passwords, keys or what was uploaded, whether it is there or not. Nobody else gets into a folder
 * that is closed, so what lies below the storage and the scratch folder is not looked at one by one.
 */
export function privatePlaces({ dataDir, database, storage, origin }: Config): readonly PrivatePlace[] {
  const at = (option: string, ...paths: string[]) => paths.map((each) => ({ path: each, option }));
  const [keys, mail] = [path.join(dataDir, 'keys'), path.join(dataDir, 'mail')];
  const { path: file } = database;
  return [
    ...at('dataDir', dataDir, keys, ...filesIn(keys), path.join(dataDir, 'scratch')),
    ...at('dataDir', mail, ...filesIn(mail)),
    ...at('dataDir', path.join(dataDir, 'sessions.jsonl'), path.join(dataDir, 'server.lock')),
    ...(database.kind === 'sqlite' ? at('database.path', file, `${file}-wal`, `${file}-shm`) : []),
    ...(storage.kind === 'disk' ? at('storage.path', storage.path) : []),
    ...at('origin.diskCachePath', origin.diskCachePath),
  ];
}

/** Which places others may open, and what to do, as a sentence for people. */
export function describeOpen(places: readonly OpenPlace[]): string {
  const named = places.map(
    ({ path: place, mode, wanted }) => `${place} (${inOctal(mode)}, should be ${inOctal(wanted)})`,
  );
  return `Other users of this machine can open ${named.join(', ')}`;
}

/** What operators are told of places that could not be closed. There is one, at least. */
export function noticeOfOpen(places: readonly OpenPlace[]): Notice {
  return {
    code: 'files-open',
    setting: places[0]?.option ?? 'dataDir',
    detail: `${describeOpen(places)}. They belong to somebody else: make them the server's own (chown), or move them.`,
  };
}
