import type { Packet } from './packets.ts';
import { descriptorsOf, parsePat, parsePmt, SectionReader, type MappedStream, type ProgramMapTable } from './tables.ts';

type TrackKind = 'video' | 'audio' | 'text';

/** One track of a programme through the whole file, whatever PIDs it moves to. */
export interface Track {
  /** The same in every walk through the same file. */
  readonly id: number;
  readonly kind: TrackKind;
  readonly type: number;
  readonly descriptors: Buffer;
  /** ISO 639-2, as the file says it. */
  readonly language: string | undefined;
}

/** One programme through the whole file, whatever numbers it takes. */
export interface Programme {
  /** In the order in which they were announced. */
  readonly tracks: readonly Track[];
  readonly descriptors: Buffer;
}

const videoTypes = new Set([0x01, 0x02, 0x10, 0x1b, 0x20, 0x24, 0x33, 0x42, 0xd1, 0xea]);
const audioTypes = new Set([0x03, 0x04, 0x0f, 0x11, 0x1c, 0x81, 0x87, 0x8a]);
/** Of Blu-ray discs (HDMV): user private types that mean something else, or nothing, elsewhere. */
const discAudioTypes = new Set([0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0xa1, 0xa2]);
/** DVB (ETSI EN 300 468): AC-3, Enhanced AC-3, DTS, AAC; ATSC's AC-3. */
const audioDescriptors = new Set([0x6a, 0x7a, 0x7b, 0x7c, 0x81]);
const textDescriptors = new Set([0x46, 0x56, 0x59]);
const audioFormats = /^(AC-3|EAC3|AC-4|Opus|DTS[123]|BSSD|mp4a)$/;
const videoFormats = /^(HEVC|VC-1|drac|AV01|VP09|AVSV)$/;
const registration = 0x05;
const languageTag = 0x0a;

function formatOf(descriptors: Buffer): string | undefined {
  for (const [tag, content] of descriptorsOf(descriptors))
    if (tag === registration) return content.toString('latin1', 0, 4);
  return undefined;
}

function languageOf(descriptors: Buffer): string | undefined {
  for (const [tag, content] of descriptorsOf(descriptors))
    if (tag === languageTag && content.length >= 3) return content.toString('latin1', 0, 3).toLowerCase();
  return undefined;
}

/** What a stream is; undefined for tables, data and what nobody knows. */
function kindOf({ type, descriptors }: MappedStream, isDisc: boolean): TrackKind | undefined {
  if (videoTypes.has(type)) return 'video';
  if (audioTypes.has(type) || (isDisc && discAudioTypes.has(type))) return 'audio';
  if (type !== 0x06) return undefined;
  const format = formatOf(descriptors) ?? '';
  if (videoFormats.test(format)) return 'video';
  const tags = [...descriptorsOf(descriptors)].map(([tag]) => tag);
  if (audioFormats.test(format) || tags.some((tag) => audioDescriptors.has(tag))) return 'audio';
  return tags.some((tag) => textDescriptors.has(tag)) ? 'text' : undefined;
}

interface Slot {
  number: number;
  mapPid: number;
  readonly tracks: Track[];
  descriptors: Buffer;
  /** What the last program map announced. */
  pids: Map<number, Track>;
}

/** More tracks, or programmes, than anything real has. */
const maxTracks = 500;

/**
 * Follows the tables of a transport stream: which track a PID is at this place of the file. A track that the tables
 * move to another PID, and a programme that they move to another number, stay the same track and programme.
 */
export class Programmes {
  readonly #slots: Slot[] = [];
  readonly #sections = new Map<number, SectionReader>([[0, new SectionReader()]]);
  readonly #tracks = new Map<number, { readonly programme: Programme; readonly track: Track }>();
  #moves = 0;
  #lastId = 0;

  get all(): readonly Programme[] {
    return this.#slots;
  }

  /** How often a track went on under another PID. */
  get moves(): number {
    return this.#moves;
  }

  /** Whether every programme has said what it is made of. */
  get areKnown(): boolean {
    return this.#slots.length > 0 && this.#slots.every(({ tracks }) => tracks.length > 0);
  }

  trackOf(pid: number): { readonly programme: Programme; readonly track: Track } | undefined {
    return this.#tracks.get(pid);
  }

  /** Takes a packet of tables; others change nothing. */
  take(packet: Packet): void {
    const sections = this.#sections.get(packet.pid)?.take(packet);
    for (const section of sections ?? []) {
      const pat = packet.pid === 0 ? parsePat(section) : undefined;
      if (pat) this.#announce(pat);
      const map = packet.pid === 0 ? undefined : parsePmt(section);
      if (map) this.#map(map, packet.pid);
    }
  }

  #announce(pat: ReadonlyMap<number, number>): void {
    for (const [number, mapPid] of pat) {
      const slot =
        this.#slots.find((one) => one.number === number) ??
        // In the place of one that is not there any more.
        this.#slots.find((one) => !pat.has(one.number));
      if (slot) [slot.number, slot.mapPid] = [number, mapPid];
      else if (this.#slots.length < maxTracks)
        this.#slots.push({ number, mapPid, tracks: [], descriptors: Buffer.alloc(0), pids: new Map() });
      if (!this.#sections.has(mapPid)) this.#sections.set(mapPid, new SectionReader());
    }
  }

  #map(map: ProgramMapTable, pid: number): void {
    const slot = this.#slots.find(({ number, mapPid }) => number === map.programme && mapPid === pid);
    if (!slot) return;
    if (slot.descriptors.length === 0) slot.descriptors = map.descriptors;
    const isDisc = formatOf(map.descriptors) === 'HDMV';
    const free = new Set(slot.tracks);
    const wanted = map.streams.flatMap((stream) => {
      const kind = kindOf(stream, isDisc);
      return kind ? [{ ...stream, kind, language: languageOf(stream.descriptors) }] : [];
    });
    type Wanted = (typeof wanted)[number];
    const found = new Map<number, Track>();
    const settle = (matches: (track: Track, one: Wanted) => boolean) => {
      for (const one of wanted) {
        if (found.has(one.pid)) continue;
        const track = slot.tracks.find((candidate) => {
          const same = candidate.kind === one.kind && candidate.type === one.type;
          return same && free.has(candidate) && matches(candidate, one);
        });
        if (!track) continue;
        free.delete(track);
        found.set(one.pid, track);
      }
    };
    settle((track, { pid: known }) => slot.pids.get(known) === track);
    // Those that the map does not name any more go on under the new PIDs.
    const before = this.#tracks;
    settle((track, { pid: known }) => before.get(known)?.track === track);
    settle((track, { language }) => track.language === language);
    settle((track, { language }) => track.language === undefined || language === undefined);
    for (const { pid: streamPid, type, kind, descriptors, language } of wanted) {
      let track = found.get(streamPid);
      if (!track) {
        if (slot.tracks.length >= maxTracks) continue;
        track = { id: (this.#lastId += 1), kind, type, descriptors, language };
        slot.tracks.push(track);
        found.set(streamPid, track);
      }
      const now = this.#tracks.get(streamPid);
      if (now?.track !== track) {
        if ([...slot.pids.values()].includes(track)) this.#moves += 1;
        this.#tracks.set(streamPid, { programme: slot, track });
      }
    }
    slot.pids = found;
  }
}
