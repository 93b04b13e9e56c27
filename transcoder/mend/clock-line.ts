/**
 * Finds out where the clock of a file restarts or jumps, and puts the parts one after the other. Pure; times are whole
 * ticks in file order. A *part* is a stretch whose times belong together: within it they are left as they are, so sound
 * and picture stay as they were to each other.
 */
export interface ClockLineOptions {
  readonly ticksPerSecond: number;
  /** Ticks after which the clock begins again at 0 of itself. */
  readonly wrapsAfter?: number;
  /** A hole in all tracks that is longer than this is no hole of lost packets but another clock. */
  readonly longestHoleSeconds: number;
  /** By how much decoding times may run back in one clock. */
  readonly tremblingSeconds: number;
  /**
   * What stands together in the file is of about the same time, so a track that begins with another time begins with
   * another clock; else it begins late, or early, in the clock that is there.
   */
  readonly isInterleaved: boolean;
}

/** How far apart tracks are interleaved in one file. */
const skewSeconds = 3;
/** For this many packets after a hop it may still turn out to be one stray time. */
const packetsOfDoubt = 3;
const rememberedParts = 8;
const rememberedRuns = 32;
const longestStepSeconds = 0.5;
const usualStepSeconds = 0.04;

/** Packets of one track that follow one another in one part. */
interface Run {
  readonly part: number;
  readonly first: number;
  last: number;
  /** Ticks from one packet to the next. */
  step: number | undefined;
}

interface Place {
  readonly run: Run;
  readonly last: number;
}

interface TrackState {
  readonly runs: Run[];
  /** Breaks of the reference clock that were seen when its last packet came. */
  breaks: number;
  /** Where it was before it last hopped. */
  before: Place | undefined;
  doubts: number;
}

interface Part {
  readonly earliest: number;
  /** Latest time of any track in it. */
  latest: number;
  /** What came last in the file before it began, for a part that no track leads into. */
  readonly after: { readonly part: number; readonly latest: number } | undefined;
}

/** A clock that jumps more often than any joined recording. */
export class ClockJumpsTooOften extends Error {
  override readonly name = 'ClockJumpsTooOften';
}
const mostParts = 20_000;

export class ClockLine<Track> {
  readonly #options: ClockLineOptions;
  readonly #tracks = new Map<Track, TrackState>();
  readonly #parts: Part[] = [];
  #newest = 0;
  #reference: number | undefined;
  #breaks = 0;
  #wraps = false;

  constructor(options: ClockLineOptions) {
    this.#options = options;
  }

  /** The time that is nearest to `near` of those that `raw` may mean. */
  #unwrap(raw: number, near: number): number {
    const wrap = this.#options.wrapsAfter;
    return wrap === undefined ? raw : raw + Math.round((near - raw) / wrap) * wrap;
  }

  #ticks(seconds: number): number {
    return seconds * this.#options.ticksPerSecond;
  }

  /** Takes a time of the reference clock (PCR), in file order. */
  reference(raw: number): void {
    const last = this.#reference ?? raw;
    const time = this.#unwrap(raw, last);
    if (
      time < last - this.#ticks(this.#options.tremblingSeconds) ||
      time > last + this.#ticks(this.#options.longestHoleSeconds)
    )
      this.#breaks += 1;
    this.#reference = time;
  }

  /**
   * Takes the decoding time of a track's next packet.
   * @returns the part that it belongs to
   * @throws ClockJumpsTooOften
   */
  take(track: Track, raw: number): number {
    const known = this.#tracks.get(track);
    const state: TrackState = known ?? { runs: [], breaks: this.#breaks, before: undefined, doubts: 0 };
    if (!known) this.#tracks.set(track, state);
    const run = state.runs.at(-1);
    const place = run && this.#continues(state, run, raw);
    if (place) {
      if (place.run !== run) state.runs.push({ ...place.run, first: this.#unwrap(raw, place.last), last: place.last });
      this.#extend(state.runs.at(-1) as Run, raw, place.last);
    } else {
      if (run) [state.before, state.doubts] = [{ run, last: run.last }, packetsOfDoubt];
      this.#join(state, run, raw);
    }
    state.breaks = this.#breaks;
    if (state.doubts > 0 && (state.doubts -= 1) === 0) state.before = undefined;
    return (state.runs.at(-1) as Run).part;
  }

  /** Where the packet continues the track; undefined when its clock has jumped. */
  #continues(state: TrackState, run: Run, raw: number): Place | undefined {
    const ahead = this.#unwrap(raw, run.last) - run.last;
    if (state.before) {
      const returns = this.#unwrap(raw, state.before.last) - state.before.last;
      // The hop was one stray time: it goes on where it was.
      if (returns >= -this.#ticks(this.#options.tremblingSeconds) && Math.abs(returns) < Math.abs(ahead)) {
        const place = state.before;
        state.before = undefined;
        return place;
      }
    }
    const here = { run, last: run.last };
    if (ahead < -this.#ticks(this.#options.tremblingSeconds)) {
      // A little back, while the reference clock goes on: a trembling time.
      const trembles = this.#reference !== undefined && state.breaks === this.#breaks;
      return trembles && ahead >= -this.#ticks(skewSeconds) ? here : undefined;
    }
    if (ahead > this.#ticks(1)) [state.before, state.doubts] = [here, packetsOfDoubt + 1];
    if (ahead <= this.#ticks(this.#options.longestHoleSeconds)) return here;
    // A hole of this track only: others, or the reference, tell the same time.
    return this.#tellsTime((this.#parts[run.part] as Part).latest, raw) ||
      (this.#reference !== undefined && state.breaks === this.#breaks && this.#tellsTime(this.#reference, raw))
      ? here
      : undefined;
  }

  #tellsTime(latest: number, raw: number): boolean {
    const ahead = this.#unwrap(raw, latest) - latest;
    return ahead >= -this.#ticks(skewSeconds) && ahead <= this.#ticks(this.#options.longestHoleSeconds);
  }

  #liesIn(part: Part, raw: number): boolean {
    if (this.#options.isInterleaved) return this.#tellsTime(part.latest, raw);
    // One track may come as a whole before the other does.
    const time = this.#unwrap(raw, part.latest);
    return (
      time >= part.earliest - this.#ticks(skewSeconds) && (time <= part.latest || this.#tellsTime(part.latest, raw))
    );
  }

  /** Puts the track into the part whose clock it shows now, or into a new one. */
  #join(state: TrackState, left: Run | undefined, raw: number): void {
    const oldest = Math.max(0, this.#parts.length - rememberedParts);
    for (let index = this.#parts.length - 1; index >= oldest; index -= 1) {
      const part = this.#parts[index] as Part;
      const beginsLate = left === undefined && !this.#options.isInterleaved;
      if (!beginsLate && !(this.#isOpen(state, left, index, raw) && this.#liesIn(part, raw))) continue;
      const first = this.#unwrap(raw, part.latest);
      state.runs.push({ part: index, first, last: first, step: left?.step });
      part.latest = Math.max(part.latest, first);
      this.#newest = index;
      return;
    }
    if (this.#parts.length >= mostParts) throw new ClockJumpsTooOften();
    const newest = this.#parts[this.#newest];
    const after = newest && { part: this.#newest, latest: newest.latest };
    this.#newest = this.#parts.push({ earliest: raw, latest: raw, after }) - 1;
    state.runs.push({ part: this.#newest, first: raw, last: raw, step: left?.step });
  }

  /** Whether a track may go (back) to a part: not to one that it was in at a later time, or that it never entered. */
  #isOpen(state: TrackState, left: Run | undefined, part: number, raw: number): boolean {
    const been = state.runs.slice(-rememberedRuns).findLast((run) => run.part === part);
    if (been)
      return been !== left && this.#unwrap(raw, been.last) - been.last >= -this.#ticks(this.#options.tremblingSeconds);
    return left === undefined || part > left.part;
  }

  #extend(run: Run, raw: number, last: number): void {
    const time = this.#unwrap(raw, last);
    const step = time - last;
    if (step > 0 && step <= this.#ticks(longestStepSeconds)) run.step = step;
    if (this.#options.wrapsAfter !== undefined && time >= this.#options.wrapsAfter) this.#wraps = true;
    run.last = time;
    const part = this.#parts[run.part] as Part;
    part.latest = Math.max(part.latest, time);
  }

  /** Whether a part runs over the end of the clock. */
  get wraps(): boolean {
    return this.#wraps;
  }

  firstPartOf(track: Track): number | undefined {
    return this.#tracks.get(track)?.runs[0]?.part;
  }

  /** From a track's first packet to its last, with the offsets of the parts added; undefined when it has none with a time. */
  spanOf(track: Track, offsets: readonly number[]): readonly [number, number] | undefined {
    const runs = this.#tracks.get(track)?.runs;
    const [first, last] = [runs?.[0], runs?.at(-1)];
    if (!first || !last) return undefined;
    return [first.first + (offsets[first.part] as number), last.last + (offsets[last.part] as number)];
  }

  /** How many other parts the packets of these tracks lie in, beside the first. */
  jumps(tracks: Iterable<Track>): number {
    return Math.max(0, this.#used(tracks).size - 1);
  }

  #used(tracks: Iterable<Track>): Set<number> {
    return new Set([...tracks].flatMap((track) => this.#tracks.get(track)?.runs.map(({ part }) => part) ?? []));
  }

  /**
   * Ticks to add to the times of each part so that it begins where the one before it ends, in every one of these
   * tracks; the earliest of all begins at `origin`.
   */
  offsets(tracks: readonly Track[], origin: number): number[] {
    const states = tracks.map((track) => this.#tracks.get(track)).filter((state) => state !== undefined);
    // The first run of each track in each part, with the run that leads to it.
    const entries = new Map<number, { readonly run: Run; readonly from: Run | undefined }[]>();
    for (const { runs } of states) {
      const seen = new Set<number>();
      for (const [index, run] of runs.entries()) {
        if (seen.has(run.part)) continue;
        seen.add(run.part);
        const list = entries.get(run.part) ?? [];
        list.push({ run, from: runs[index - 1] });
        entries.set(run.part, list);
      }
    }
    const offsets: number[] = [];
    for (const [index, part] of this.#parts.entries()) {
      const lists = entries.get(index) ?? [];
      const ends = lists.flatMap(({ run, from }) => {
        const before = from === undefined ? undefined : offsets[from.part];
        return from === undefined || before === undefined
          ? []
          : [before + from.last + (from.step ?? this.#ticks(usualStepSeconds)) - run.first];
      });
      const fallback = () => {
        const before = part.after && offsets[part.after.part];
        const first = Math.min(...lists.map(({ run }) => run.first), part.latest);
        return part.after && before !== undefined ? before + part.after.latest - first : origin - first;
      };
      offsets.push(Math.round(ends.length > 0 ? ends.reduce((most, end) => Math.max(most, end)) : fallback()));
    }
    return offsets;
  }
}
