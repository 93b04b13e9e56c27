import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { encodeAudioTrack } from '../../encode/encode-audio-track.ts';
import type { WorkerContext } from '../context.ts';
import { encodeChunk } from './encode-chunk.ts';

/** Encode one audio track whole; its pieces are stored as they close, so that packaging need not wait for the end. */
export function encodeAudio(context: WorkerContext, job: VersionJob<'version.encode-audio'>): Promise<void> {
  const { track: index } = job.payload;
  return encodeChunk(context, job, {
    kind: 'audio',
    index,
    partOf: (plan) => plan.audio.find((candidate) => candidate.track === index),
    nameOf: ({ track }) => `Sound track ${track + 1}`,
    encode: async (track, options, store) => {
      const warnings = await encodeAudioTrack({ ...options, track, onPiece: store });
      await context.lifecycle.addWarnings(job.payload.versionId, warnings);
    },
  });
}
