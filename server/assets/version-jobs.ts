import type { Subscription } from '../outbox/port.ts';
import { lastPriority, type ActiveJob, type JobQueue } from '../queue/port.ts';

/** The jobs of a version, and what each one is told. The transcoder has the handlers. */
export interface VersionJobs {
  /** Probe the source, plan the renditions and chunks. */
  readonly 'version.prepare': { readonly versionId: string };
  /** The same for a source that takes long: to examine, or because it must be copied into another container first. */
  readonly 'version.remux': { readonly versionId: string };
  /** Encode one chunk of all video renditions from one decode. */
  readonly 'version.encode-video': { readonly versionId: string; readonly chunk: number };
  /** Encode one audio track, whole, into its renditions. */
  readonly 'version.encode-audio': { readonly versionId: string; readonly track: number };
  /** Stream finished chunks in order into the packager and publish what comes out. */
  readonly 'version.package': { readonly versionId: string };
  /** Write the manifests of a complete version anew, with the tracks that it is to offer now. */
  readonly 'version.offer-tracks': { readonly versionId: string };
  /** Make subtitles of a title from a text track of the source. */
  readonly 'version.extract-text': { readonly versionId: string; readonly titleId: string; readonly stream: number };
}

/** The name of a job of a version. */
export type VersionJobName = keyof VersionJobs;

/** A job of a version in the hands of a worker. */
export type VersionJob<N extends VersionJobName> = ActiveJob<VersionJobs[N], N>;

/** Every name there is (the compiler sees to it), in the order in which a version meets them. */
export const versionJobNames = Object.keys({
  'version.prepare': 0,
  'version.remux': 0,
  'version.encode-video': 0,
  'version.encode-audio': 0,
  'version.package': 0,
  'version.offer-tracks': 0,
  'version.extract-text': 0,
} satisfies Record<VersionJobName, 0>) as readonly VersionJobName[];

/** By this the transcoder hears of versions that need jobs. Every process makes it known, also one that has no transcoder. */
export const versionJobsSubscription = {
  name: 'transcoder.ask-for-jobs',
  events: ['version.queued', 'version.planned', 'version.tracks-changed', 'version.text-wanted'],
} as const satisfies Subscription;

/** By what the jobs of a version are known to the queue: there is one of each at a time. */
export const versionJobKey = {
  prepare: (versionId: string): string => `version.prepare:${versionId}`,
  remux: (versionId: string): string => `version.remux:${versionId}`,
  video: (versionId: string, chunk: number): string => `version.encode-video:${versionId}:${chunk}`,
  audio: (versionId: string, track: number): string => `version.encode-audio:${versionId}:${track}`,
  package: (versionId: string): string => `version.package:${versionId}`,
  // Each change has its own: one that comes while the one before is in hand is not lost.
  offerTracks: (versionId: string, revision: number): string => `version.offer-tracks:${versionId}:${revision}`,
  // So has each time that somebody asks: the job before may be about to end.
  extractText: (titleId: string, versionId: string, stream: number, tries: number): string =>
    `version.extract-text:${titleId}:${versionId}:${stream}:${tries}`,
};

/** Packaging lasts as long as the encoding and begins again after every kill: a few restarts must not use it up. */
const packagingAttempts = 50;
/** A copy begins again after every kill, too; but here an encoder that fails is among what is counted. */
const remuxAttempts = 10;

/** A size as a priority. The longest of all are alike. */
const inRange = (size: number): number => Math.min(Math.ceil(size), lastPriority);

type Enqueue = Pick<JobQueue<VersionJobs>, 'enqueue'>;

/** The version that jobs are asked for, and the account that it belongs to: accounts take turns. */
export interface OwnedVersion {
  readonly versionId: string;
  readonly ownerId: string;
}

/** Asks for the jobs of a version. Their dedupe keys make it harmless to ask twice. */
export const askForVersionJob = {
  prepare: (queue: Enqueue, { versionId, ownerId }: OwnedVersion): Promise<void> =>
    queue.enqueue('version.prepare', { versionId }, { dedupeKey: versionJobKey.prepare(versionId), group: ownerId }),

  /** Small sources first. */
  remux: (queue: Enqueue, { versionId, ownerId }: OwnedVersion, sourceBytes: number): Promise<void> =>
    queue.enqueue(
      'version.remux',
      { versionId },
      {
        dedupeKey: versionJobKey.remux(versionId),
        group: ownerId,
        priority: inRange(sourceBytes / 2 ** 20),
        maxAttempts: remuxAttempts,
      },
    ),

  /** Early chunks of every version come before late chunks of any: a long film does not block a short one. */
  encodeVideo: (
    queue: Enqueue,
    { versionId, ownerId }: OwnedVersion,
    chunk: number,
    maxAttempts: number,
  ): Promise<void> =>
    queue.enqueue(
      'version.encode-video',
      { versionId, chunk },
      { dedupeKey: versionJobKey.video(versionId, chunk), group: ownerId, priority: chunk, maxAttempts },
    ),

  /** A track is encoded whole, so short ones come first; of a film with many, the later ones give way to other films. */
  encodeAudio: (
    queue: Enqueue,
    { versionId, ownerId }: OwnedVersion,
    track: number,
    seconds: number,
    maxAttempts: number,
  ): Promise<void> =>
    queue.enqueue(
      'version.encode-audio',
      { versionId, track },
      {
        dedupeKey: versionJobKey.audio(versionId, track),
        group: ownerId,
        priority: inRange(seconds * (track + 1)),
        maxAttempts,
      },
    ),

  package: (queue: Enqueue, { versionId, ownerId }: OwnedVersion): Promise<void> =>
    queue.enqueue(
      'version.package',
      { versionId },
      { dedupeKey: versionJobKey.package(versionId), group: ownerId, priority: 0, maxAttempts: packagingAttempts },
    ),

  offerTracks: (queue: Enqueue, { versionId, ownerId }: OwnedVersion, revision: number): Promise<void> =>
    queue.enqueue(
      'version.offer-tracks',
      { versionId },
      { dedupeKey: versionJobKey.offerTracks(versionId, revision), group: ownerId, priority: 0 },
    ),

  extractText: (
    queue: Enqueue,
    { versionId, ownerId }: OwnedVersion,
    { titleId, stream, tries }: { readonly titleId: string; readonly stream: number; readonly tries: number },
  ): Promise<void> =>
    queue.enqueue(
      'version.extract-text',
      { versionId, titleId, stream },
      { dedupeKey: versionJobKey.extractText(titleId, versionId, stream, tries), group: ownerId },
    ),
};
