import type { VersionJob } from '../../../server/assets/version-jobs.ts';
import { encodeVideoChunk } from '../../encode/encode-video-chunk.ts';
import type { WorkerContext } from '../context.ts';
import { secondsOf } from '../../timeline.ts';
import { noteDamage } from './note-damage.ts';
import { encodeChunk } from './encode-chunk.ts';
import { timeInWords } from '../../../server/kit/time-in-words.ts';
import { keepStill } from './keep-still.ts';

/** By how much the priority of later chunks is lower: viewers wait for the first one of a title. */
const laterNiceness = 5;

/** Encode one chunk of all video renditions. */
export function encodeVideo(context: WorkerContext, job: VersionJob<'version.encode-video'>): Promise<void> {
  const { chunk: index } = job.payload;
  return encodeChunk(context, job, {
    kind: 'video',
    index,
    partOf: (plan) => plan.chunks[index],
    nameOf: ({ firstFrame }, { frameRate }) => `The picture near ${timeInWords(secondsOf(firstFrame, frameRate))}`,
    encode: async (chunk, options, store, version) => {
      const niceness = Math.min(19, options.niceness + (index === 0 ? 0 : laterNiceness));
      const { files, damage } = await encodeVideoChunk({ ...options, chunk, niceness });
      await noteDamage(context, version.id, { index, plan: options.plan, damage });
      for (const [rendition, file] of files) await store(rendition, index, file);
      await keepStill(context, version, chunk, options, files);
    },
  });
}
