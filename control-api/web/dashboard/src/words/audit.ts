import type { TFunction } from 'i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import type { AuditRecord } from '../api/types.ts';
import { en } from '../messages/en.ts';

/** Where the words for the values of a fact stand in the messages; other values are names and ids, shown as they are. */
const wordsOfValues: Readonly<Record<string, string>> = {
  reason: 'audit.signInEnds',
  role: 'roles',
  state: 'assetStates',
  status: 'audit.statuses',
  strength: 'audit.proofs',
};

/** Whether there is a text of this key. English has every key that another language has. */
function hasText(key: string): boolean {
  let found: unknown = en;
  for (const part of key.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return false;
    found = (found as Readonly<Record<string, unknown>>)[part];
  }
  return typeof found === 'string';
}

/** The text of a key that is made of data, or the stable name: the server may be newer than this page. */
function wordsOr(t: TFunction, key: string, name: string): string {
  return hasText(key) ? (t as (key: string) => string)(key) : name;
}

/** `asset.renamed` -> "Title renamed". */
export function eventInWords(t: TFunction, event: string): string {
  return wordsOr(t, `audit.events.${event}`, event);
}

/** `role` -> "Role". */
export function factInWords(t: TFunction, fact: string): string {
  return wordsOr(t, `audit.facts.${fact}`, fact);
}

type Facts = NonNullable<AuditRecord['before']>;

/** The value of a fact: `content_manager` -> "Content manager", `5000000` bytes -> "5.0 MB". */
export function valueInWords(t: TFunction, fact: string, value: Facts[string]): string {
  if (value === null || value === '') return t('audit.nothing');
  if (typeof value === 'boolean') return value ? t('audit.yes') : t('audit.no');
  if (typeof value === 'number') return fact === 'bytes' ? formats().bytes(value) : formats().number(value);
  if (fact === 'lastAt') return formats().exactly(value);
  const words = Object.hasOwn(wordsOfValues, fact) ? wordsOfValues[fact] : undefined;
  return words === undefined ? value : wordsOr(t, `${words}.${value}`, value);
}
