import type { Storage } from '../server/storage/port.ts';

/** The part of storage that the origin uses: it only ever reads. */
export type OriginStorage = Pick<Storage, 'read' | 'stream' | 'stat'>;
