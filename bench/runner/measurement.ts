/** Values of one contender in one row, one of each repetition. */
export type Samples = readonly number[];

/** One row before it is summed up. */
export interface MeasuredRow {
  /** What was measured, e.g. `hot 1 MiB segments: CPU`. */
  readonly row: string;
  /** Of the values, e.g. `us per request`. */
  readonly unit: string;
  readonly ours: Samples;
  readonly peers: Readonly<Record<string, Samples>>;
}

/** One figure that is taken of everybody who takes part. */
export interface Figure {
  /** Where it stands in what a contender returns. */
  readonly key: string;
  /** How the row ends, e.g. `CPU`. */
  readonly name: string;
  readonly unit: string;
}

/** What one repetition of one contender gave: a number for each figure; one that is not there was not measured. */
export type Outcome = Readonly<Record<string, number>>;

/** Somebody who does the work that is measured. */
export interface Contender {
  readonly name: string;
  /** Does it once. */
  readonly run: () => Promise<Outcome>;
}

/** The middle one; of an even number the mean of the two in the middle. NaN for none. */
export function median(samples: Samples): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Measures ours and its peers in turn (ours, peer, ours, peer), so that what else the machine does meets all alike. Each
 * does its work once before it counts.
 * @param progress told the share that is done
 */
export async function compare(options: {
  readonly what: string;
  readonly figures: readonly Figure[];
  readonly ours: Contender;
  readonly peers: readonly Contender[];
  readonly repeats: number;
  readonly warmUp: boolean;
  readonly progress: (share: number, who: string) => void;
}): Promise<MeasuredRow[]> {
  const { what, figures, ours, peers, repeats } = options;
  const contenders = [ours, ...peers];
  const outcomes = new Map(contenders.map(({ name }): [string, Outcome[]] => [name, []]));
  const first = options.warmUp ? -1 : 0;
  const steps = (repeats - first) * contenders.length;
  let done = 0;
  for (let repeat = first; repeat < repeats; repeat += 1)
    for (const { name, run } of contenders) {
      options.progress(done / steps, name);
      const outcome = await run();
      if (repeat >= 0) outcomes.get(name)?.push(outcome);
      done += 1;
    }
  options.progress(1, ours.name);
  const samples = (name: string, key: string): number[] =>
    (outcomes.get(name) ?? []).flatMap((outcome) => (outcome[key] === undefined ? [] : [outcome[key]]));
  return figures.flatMap(({ key, name, unit }) => {
    const values = samples(ours.name, key);
    if (values.length === 0) return [];
    const others = peers.map((peer) => [peer.name, samples(peer.name, key)] as const);
    return [
      {
        row: name === '' ? what : `${what}: ${name}`,
        unit,
        ours: values,
        peers: Object.fromEntries(others.filter(([, each]) => each.length > 0)),
      },
    ];
  });
}
