import { Type, type TObject, type TSchema } from 'typebox';
import { ownNames, publicPath } from '../server/kit/public-address.ts';

/** How options are written down: bounds, default, explanation. The documented example is made from these. */

export const GiB = 1024 ** 3;
export const MiB = 1024 ** 2;

/** A span of time in seconds, fractions allowed; a year at most unless told. */
export const seconds = (description: string, fallback: number, minimum = 1, maximum = 31_536_000) =>
  Type.Number({ description, default: fallback, minimum, maximum });

/** A whole number. */
export const count = (description: string, fallback: number, minimum = 0, maximum = Number.MAX_SAFE_INTEGER) =>
  Type.Integer({ description, default: fallback, minimum, maximum });

/** A text of at most 4096 characters. */
export const text = (description: string, fallback = '') =>
  Type.String({ description, default: fallback, maxLength: 4096 });

/** True or false. */
export const flag = (description: string, fallback: boolean) => Type.Boolean({ description, default: fallback });

/** One of some words, the first one unless told. */
export const choice = <W extends string[]>(
  description: string,
  words: [...W],
  fallback: W[number] = words[0] as W[number],
) => Type.Enum(words, { description, default: fallback });

/** A list of at most 100 texts. */
export const texts = (description: string, fallback: string[]) =>
  Type.Array(Type.String({ maxLength: 255 }), { description, default: fallback, maxItems: 100 });

/**
 * A text that is never printed: not by the doctor, not in logs, not in a complaint about it. Besides its environment
 * variable, the same one with `_FILE` behind is read: the path of a file that holds it (Docker and Kubernetes secrets).
 */
export const secret = (description: string) =>
  Type.String({ description: `${description} A secret.`, default: '', maxLength: 4096, secret: true });

export function isSecret(schema: TSchema): boolean {
  return 'secret' in schema && schema.secret === true;
}

/**
 * A secret shorter than this, in characters, is not looked for by itself: cut out wherever it stands, it would take
 * numbers and words apart. The whole value that it is a part of is.
 */
const shortestSecret = 6;

/** What secrets a configuration holds, and the passwords in those that are URLs: nothing of it may be printed. */
export function secretsOf(schema: TObject, config: unknown): string[] {
  const values = config as Readonly<Record<string, unknown>>;
  return Object.entries(schema.properties).flatMap(([name, child]) => {
    if ('properties' in child) return secretsOf(child as TObject, values[name]);
    const value = isSecret(child) ? String(values[name]) : '';
    // Not taken apart as a URL, which it may be wrongly.
    const password = /:\/\/[^:/?#]*:(.+)@/.exec(value)?.[1];
    return [value, password ?? ''].filter((each) => each.length >= shortestSecret);
  });
}

/** Options that belong together. */
export const group = <P extends Record<string, TSchema>>(description: string, properties: P): TObject<P> =>
  Type.Object(properties, { description, additionalProperties: false });

/** What is wrong with a configuration whose options are fine each for itself. Never holds the value of a secret. */
export interface Complaint {
  /** The option to change, e.g. `playback.idleSeconds`. */
  readonly option: string;
  /** Goes on after the option's name: `must be more than ...`. */
  readonly message: string;
}

/** A condition that options must meet together. It names those that it reads in the type of its argument. */
export type Rule<C> = (config: C) => Complaint | undefined;

/** Letters that stand for themselves in every address, and slashes. */
const plainPath = /^[A-Za-z0-9._~/-]*$/;

/**
 * Complains unless an option is empty or an address below which a server of ours can be reached: a path that every
 * proxy writes alike, not to be mistaken for one of ours.
 */
export function complainAboutPublicUrl(option: string, value: string): Complaint | undefined {
  const url = URL.parse(value);
  if (value === '') return undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    return { option, message: 'must be a URL that begins with https:// or http://' };
  if (/[?#]/.test(value) || url.username !== '' || url.password !== '')
    return { option, message: 'must end with its host or a path: no ? or #, and no user name' };
  const path = publicPath(value);
  if (!plainPath.test(path) || path.includes('//'))
    return { option, message: 'may have a path of letters, digits, - . _ ~ and single slashes' };
  const first = path.split('/')[1] ?? '';
  if (!ownNames.includes(first)) return undefined;
  return { option, message: `has a path that begins like addresses of our own (/${first}): choose another one` };
}
