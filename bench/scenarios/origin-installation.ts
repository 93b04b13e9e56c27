import path from 'node:path';
import { startOwn, type OwnInstallation, type Settings } from '../installation/own.ts';
import { filesOf, publishTitle } from '../installation/title.ts';
import { makeViewers, pathPrefixOf, startSessions } from '../installation/viewers.ts';
import type { Bench } from '../scenario.ts';
import { writeFiles, type SegmentSet } from './origin-files.ts';

const MiB = 1024 ** 2;

/** A Dramabox that has a title with further segments, and sessions that may play it. */
export interface ServingInstallation {
  readonly name: string;
  readonly installation: OwnInstallation;
  /** Beginnings of paths, one for each session. */
  readonly prefixes: readonly string[];
  /** Ends of paths of every playlist. */
  readonly playlists: readonly string[];
  /** Where the published files are when they are on disk. */
  readonly versionFolder: string;
}

/** Starts one and fills it. */
export async function startServing(options: {
  readonly bench: Bench;
  /** What it is called, also in tables. */
  readonly name: string;
  readonly cacheBytes: number;
  readonly settings?: Settings;
  /** Segments that it serves besides those of the title. */
  readonly sets: readonly SegmentSet[];
  /** Writes them, where they do not go to the disk. @param versionPath `<asset>/<version>` */
  readonly write?: (versionPath: string, sets: readonly SegmentSet[]) => Promise<void>;
  readonly sessions: number;
  readonly viewers: number;
}): Promise<ServingInstallation> {
  const { bench, name, sets, sessions } = options;
  const { releasers, progress } = bench;
  progress.show(`${name}: starting Dramabox`);
  const installation = await startOwn({
    folder: path.join(bench.folder, name.replaceAll(' ', '-')),
    settings: {
      DRAMABOX_ORIGIN_CACHE_BYTES: String(options.cacheBytes),
      DRAMABOX_ORIGIN_MAX_CACHED_OBJECT_BYTES: String(2 * MiB),
      ...options.settings,
    },
    releasers,
  });
  const { administrator } = installation;
  const asset = await publishTitle({
    client: administrator,
    folder: bench.folder,
    extent: bench.extent,
    progress: ({ state }) => progress.show(`${name}: publishing a title: ${state}`),
  });
  const versionPath = `${asset.id}/${asset.versions[0]?.id ?? ''}`;
  const versionFolder = path.join(installation.folder, 'storage', 'assets', versionPath);
  progress.show(`${name}: writing segments`);
  await (options.write?.(versionPath, sets) ?? writeFiles(versionFolder, sets));
  progress.show(`${name}: starting ${sessions} sessions`);
  const accounts = await makeViewers(administrator, options.viewers);
  const prefixes = (await startSessions(accounts, asset.id, sessions)).map(pathPrefixOf);
  const { playlists } = await filesOf(`${installation.url}${prefixes[0]}master.m3u8`);
  return { name, installation, prefixes, playlists, versionFolder };
}
