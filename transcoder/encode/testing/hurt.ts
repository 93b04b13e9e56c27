import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { tools } from '../../testing/clips.ts';

const run = promisify(execFile);

/** A number that looks random, the same for the same place. */
const noise = (at: number): number => (Math.imul(at + 1, 2_654_435_761) >>> 16) & 0xff;

/**
 * Overwrites packets of a file's picture track with noise, but for their first bytes: what a scratch, a lost block or a
 * cipher leaves of them. `whole` hurts all of a packet after these, otherwise its middle.
 * @param which by number, in the order of the file
 * @returns how many packets there are
 */
export async function hurtPictures(
  file: string,
  which: (packet: number) => boolean,
  { kept = 12, whole = false } = {},
): Promise<number> {
  const { ffprobe } = await tools();
  const listing = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pos,size', '-of', 'csv=p=0', file];
  const { stdout } = await run(ffprobe.path, listing, { maxBuffer: 64 * 1024 * 1024 });
  const packets = stdout.split('\n').flatMap((line) => {
    const [size, at] = line.split(',').map(Number);
    return size && at !== undefined && Number.isFinite(at) ? [{ size, at }] : [];
  });
  const data = readFileSync(file);
  for (const [packet, { size, at }] of packets.entries()) {
    if (!which(packet)) continue;
    const from = whole ? kept : Math.max(kept, Math.floor(size * 0.4));
    const to = whole ? size : Math.max(from + 1, Math.floor(size * 0.6));
    for (let place = from; place < Math.min(to, size); place += 1) data[at + place] = noise(at + place);
  }
  writeFileSync(file, data);
  return packets.length;
}
