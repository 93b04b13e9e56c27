import type { LoadGenerator } from './load/load.ts';
import type { MeasuredRow } from './runner/measurement.ts';
import type { Progress } from './runner/progress.ts';
import type { Releasers } from './runner/releasers.ts';

/** How much is measured: `full` for figures that count, `quick` to see that everything works. */
export type Extent = 'full' | 'quick';

/** What a scenario is given. */
export interface Bench {
  readonly extent: Extent;
  /** Files that were named behind the scenario. */
  readonly files: readonly string[];
  /** A folder for everything that is made; removed at the end. */
  readonly folder: string;
  /** The installation to measure; undefined: one that the scenario starts itself. */
  readonly running: RunningInstallation | undefined;
  readonly load: LoadGenerator;
  readonly releasers: Releasers;
  readonly progress: Progress;
  /** Says that something is not measured, and why. It is shown at once, and once more below the table. */
  leaveOut(what: string, why: string): void;
}

/** An installation that somebody else started, and the account to use there. */
export interface RunningInstallation {
  readonly url: string;
  readonly email: string;
  readonly password: string;
}

/** Something that is measured. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** What may stand behind its name. */
  readonly operands?: string;
  /** @throws BenchError */
  run(bench: Bench): Promise<readonly MeasuredRow[]>;
}
