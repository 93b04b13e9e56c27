import type { Violation } from './sources.ts';

const hollow = /^(utils?|helpers?|misc|common|stuff|lib)$/i;

/** Files and folders whose name says nothing about what is in them. */
export function hollowNames(files: readonly string[]): Violation[] {
  return files
    .filter((file) => file.split('/').some((part) => hollow.test(part.split('.')[0] as string)))
    .map((file) => ({ file, line: 0, message: 'has a name that hides what is inside: say what it does' }));
}
