import { writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { packetBytes, readPackets } from './packets.ts';

const packet = (pid: number) => {
  const made = Buffer.alloc(packetBytes, 0xff);
  made.set([0x47, pid >> 8, pid & 0xff, 0x10]);
  return made;
};

t.test('packets are found at every stride, behind and between what is none', async (t) => {
  const file = path.join(t.testdir(), 'source');
  const pids = Array.from({ length: 60 }, (_, index) => index + 1);
  const read = async (parts: readonly Buffer[]) => {
    writeFileSync(file, Buffer.concat(parts));
    const found: number[] = [];
    await readPackets(file, ({ pid }) => {
      found.push(pid);
    });
    return found;
  };
  const noise = (length: number) => Buffer.alloc(length, 0x33);
  t.same(await read(pids.map(packet)), pids);
  t.same(await read(pids.flatMap((pid) => [noise(4), packet(pid)])), pids, 'a time code before each');
  t.same(await read(pids.flatMap((pid) => [packet(pid), noise(16)])), pids, 'error correction behind each');
  for (const length of [94, 188, 1000, 3000])
    t.same(await read([noise(length), ...pids.map(packet)]), pids, `${length} bytes of something else first`);
  const gap = await read([...pids.slice(0, 30).map(packet), noise(333), ...pids.slice(30).map(packet)]);
  t.same(gap, pids, 'something else between packets');
});
