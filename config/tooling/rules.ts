import { readFileSync } from 'node:fs';
import path from 'node:path';
import { missingDocstrings } from './docstrings.ts';
import { exampleDrift, exampleFile } from './example-config.ts';
import { hollowNames } from './file-names.ts';
import { computedImports, importCycles, importDirections } from './import-rules.ts';
import { unplainWords } from './plain-words.ts';
import { confinedPackages, incompleteLock, undeclaredPackages, type Manifest } from './package-rules.ts';
import { repeatedProblemCodes } from './problem-codes.ts';
import { listFiles, loadSources, type Violation } from './sources.ts';
import { switchedOffTests } from './test-marks.ts';
import { textsInCode } from './ui-text.ts';

/** Everything in the checkout that is against this repository's own rules. */
export function checkRules(root: string): Violation[] {
  const sources = loadSources(root);
  const json = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  const drift = exampleDrift(root);
  return [
    ...importDirections(sources),
    ...computedImports(sources),
    ...importCycles(sources),
    ...confinedPackages(sources),
    ...undeclaredPackages(sources, json('package.json') as Manifest),
    ...incompleteLock(json('package-lock.json') as Parameters<typeof incompleteLock>[0]),
    ...repeatedProblemCodes(sources),
    ...missingDocstrings(sources),
    ...unplainWords(sources),
    ...hollowNames(listFiles(root, () => true)),
    ...switchedOffTests(sources),
    ...textsInCode(sources),
    ...(drift === undefined ? [] : [{ file: exampleFile, line: 0, message: drift }]),
  ];
}
