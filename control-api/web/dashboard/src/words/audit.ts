import type { TFunction } from 'i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import type { AuditRecord } from '../api/types.ts';
import { en } from '../messages/en.ts';

/** Where the words for the values of a fact stand in the messages; other values are names and ids, shown as they are. */
const wordsOfValues: Readonly<Record<string, string>> = {
  by: 'audit.askers',
  document: 'audit.documents',
  factor: 'audit.factors',
  format: 'audit.exportAs',
  kind: 'titleKinds',
  proofs: 'audit.proofs',
  reason: 'audit.signInEnds',
  role: 'roles',
  status: 'statuses',
  step: 'steps',
  // Of records from before a sign-in had several.
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

/** A group of events, or several of them, as choices of a list. */
interface EventGroup {
  readonly group: string;
  readonly items: { readonly value: string; readonly label: string }[];
}

/**
 * The events that a filter may name, group by group, each begun by all of the group; and what is `chosen`, though these
 * messages do not know it.
 */
export function eventChoices(t: TFunction, chosen: readonly string[]): EventGroup[] {
  const groups = Object.entries(en.audit.events).map(([name, events]) => ({
    group: wordsOr(t, `audit.groups.${name}`, name),
    items: [
      { value: name, label: t('audit.wholeGroup', { group: wordsOr(t, `audit.groups.${name}`, name) }) },
      ...Object.keys(events).map((event) => ({
        value: `${name}.${event}`,
        label: eventInWords(t, `${name}.${event}`),
      })),
    ],
  }));
  const known = new Set(groups.flatMap(({ items }) => items.map(({ value }) => value)));
  const others = chosen.filter((name) => !known.has(name)).map((value) => ({ value, label: value }));
  return others.length === 0 ? groups : [...groups, { group: t('audit.otherEvents'), items: others }];
}

/** `role` -> "Role". */
export function factInWords(t: TFunction, fact: string): string {
  return wordsOr(t, `audit.facts.${fact}`, fact);
}

type Facts = NonNullable<AuditRecord['before']>;

/** What stands in the log for an e-mail address: the same for the same address, and nobody can turn it back. */
const addressTag = /address:[\w-]+:([0-9a-f]{32})/g;

/** The value of a fact: `content_manager` -> "Content manager", `5000000` bytes -> "5.0 MB". */
export function valueInWords(t: TFunction, fact: string, value: Facts[string]): string {
  if (value === null || value === '') return t('audit.nothing');
  if (typeof value === 'boolean') return value ? t('audit.yes') : t('audit.no');
  if (typeof value === 'number') return fact === 'bytes' ? formats().bytes(value) : formats().number(value);
  if (fact === 'event') return formats().list(value.split(',').map((event) => eventInWords(t, event)));
  if (fact === 'proofs')
    return formats().list(value.split(', ').map((proof) => wordsOr(t, `${wordsOfValues.proofs}.${proof}`, proof)));
  if (['endsAt', 'lastAt', 'from', 'to'].includes(fact)) return formats().exactly(value);
  if (fact === 'state') return wordsOr(t, `assetStates.${value}`, wordsOr(t, `titleStates.${value}`, value));
  const words = Object.hasOwn(wordsOfValues, fact) ? wordsOfValues[fact] : undefined;
  const shown = words === undefined ? value : wordsOr(t, `${words}.${value}`, value);
  return shown.replaceAll(addressTag, (_tag, digits: string) => t('audit.addressTag', { digits: digits.slice(0, 8) }));
}
