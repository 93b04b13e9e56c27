import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import type { Transaction } from '../../db/port.ts';
import { auditEvents, type AuditEvent } from '../../kit/audit-events.ts';
import { identityOf, optionalIdentityOf, type Identity } from '../access.ts';
import { serviceOf } from '../callers/services.ts';
import type { HttpApp } from '../http-app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What a write leaves in the audit log, one of several where that depends on what is asked for, or why it leaves
     * nothing. Every write declares it; a read only where asking is itself something that people answer for.
     */
    audit?: AuditEvent | readonly AuditEvent[] | { readonly none: string };
  }
}

/** The state of a thing, or the part of it that changed, as JSON. Never passwords, tokens or their hashes. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** What was done to one thing. */
interface AuditEntry {
  /** Default: what the route declares, when that is one. */
  readonly event?: AuditEvent;
  /** Id of what was changed. */
  readonly subject: string;
  /** Who did it, where that is not who is signed in: somebody who is just signing in, say. */
  readonly actor?: string;
  readonly before?: Facts;
  readonly after?: Facts;
  /**
   * For what somebody may do as often as they like: all of one event and subject within an hour are one record, which
   * says how many there were (`times`) and when the last one was (`lastAt`).
   */
  readonly perHour?: true;
}

/** Writes down what a request changes. */
export interface Audit {
  /** Writes it in the transaction of the change, so that there is never the one without the other. */
  record(tx: Transaction, entry: AuditEntry): Promise<void>;
  /** Says that the request turned out to change nothing. */
  unchanged(): void;
}

/** Who asks for a change, and the recorder of what comes of it. */
export interface Caller extends Identity {
  readonly audit: Audit;
}

/** An entry with what is known of its request. */
interface AuditRecord {
  readonly event: AuditEvent;
  readonly subject: string;
  /** Id of an account or an API key; null when it was none: an operator at the machine, upkeep. */
  readonly actor: string | null;
  readonly before: Facts | null;
  readonly after: Facts | null;
  readonly requestId: string | null;
  /** Network address of the caller. */
  readonly address: string | null;
  /** Whether it is added to the one of the same event and subject of this hour. */
  readonly perHour: boolean;
}

/** Where records go. */
export type WriteAuditRecord = (tx: Transaction, record: AuditRecord) => Promise<void>;

/** Something else that belongs into the transaction of a change. */
type Step = (tx: Transaction) => Promise<void>;

interface RequestNotes {
  readonly app: HttpApp;
  readonly recorded: Pick<AuditRecord, 'event' | 'subject' | 'actor'>[];
  readonly steps: Step[];
  /** In which the steps were run. */
  readonly transactions: WeakSet<Transaction>;
  changedNothing: boolean;
}

const writers = new WeakMap<HttpApp, WriteAuditRecord>();
const notes = new WeakMap<object, RequestNotes>();

function notesOf(request: object): RequestNotes {
  const found = notes.get(request);
  if (!found) throw new Error('The request changes something, but its route does not say what it records');
  return found;
}

/** Makes the records of this application's requests go to `write`. */
export function useAuditLog(app: HttpApp, write: WriteAuditRecord): void {
  writers.set(app, write);
}

/** What a request has recorded; undefined when it said that it changed nothing. */
export function recordedBy(request: object): readonly AuditEvent[] | undefined {
  const { recorded, changedNothing } = notesOf(request);
  return changedNothing ? undefined : recorded.map(({ event }) => event);
}

/** What a request has changed and who did it, for the log; empty for requests that change nothing. */
export function changesBy(request: object): readonly Pick<AuditRecord, 'event' | 'subject' | 'actor'>[] {
  return notes.get(request)?.recorded ?? [];
}

/**
 * Runs with the first record of each transaction of a request: what throws takes the change back. One that was taken
 * back may be tried again, so a step must bear to be done twice.
 */
export function runWithChange(request: object, step: Step): void {
  notesOf(request).steps.push(step);
}

/** A recorder for changes that no request asks for: upkeep. */
export function auditWithoutRequest(write: WriteAuditRecord): Audit {
  return {
    async record(tx, { event, subject, actor = null, before = null, after = null, perHour = false }) {
      if (event === undefined) throw new Error(`What was done to ${subject} has no name for the audit log`);
      await write(tx, { event, subject, actor, before, after, requestId: null, address: null, perHour });
    },
    unchanged: () => undefined,
  };
}

/** Id of the account or the API key that a request comes from; undefined when nobody is signed in. */
export function callerIdOf(request: object): string | undefined {
  return optionalIdentityOf(request)?.accountId ?? serviceOf(request)?.keyId;
}

/** The recorder of a request. Only where the route declares what it records. */
export function auditOf(request: FastifyRequest): Audit {
  const note = notesOf(request);
  return {
    async record(tx, entry) {
      const { audit: declared } = request.routeOptions.config;
      const event = entry.event ?? (typeof declared === 'string' ? declared : undefined);
      const write = writers.get(note.app);
      if (event === undefined || write === undefined)
        throw new Error(`${request.method} ${request.routeOptions.url} has no ${event ? 'audit log' : 'audit event'}`);
      if (!note.transactions.has(tx)) {
        note.transactions.add(tx);
        for (const step of note.steps) await step(tx);
      }
      const { subject, perHour = false } = entry;
      const actor = entry.actor ?? callerIdOf(request) ?? null;
      await write(tx, {
        event,
        subject,
        actor,
        perHour,
        before: entry.before ?? null,
        after: entry.after ?? null,
        requestId: request.id,
        address: request.ip,
      });
      // A transaction that is tried again records the same once more.
      if (!note.recorded.some((known) => known.event === event && known.subject === subject && known.actor === actor))
        note.recorded.push({ event, subject, actor });
    },
    unchanged() {
      note.changedNothing = true;
    },
  };
}

/** Who asks, with the recorder of the request. Only where the route declares what it records, and is not for everybody. */
export function callerOf(request: FastifyRequest): Caller {
  return { ...identityOf(request), audit: auditOf(request) };
}

/** The events that a route declares; empty when it records none. */
export function declaredEvents(audit: FastifyContextConfig['audit']): readonly AuditEvent[] {
  if (audit === undefined || (typeof audit === 'object' && 'none' in audit)) return [];
  return typeof audit === 'string' ? [audit] : audit;
}

const writing = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Refuses routes that write and do not say what they leave in the audit log. Must be called before the first route is added. */
export function requireAuditEvents(app: HttpApp): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    const isWrite = [method].flat().some((each) => writing.includes(each));
    const audit = config?.audit;
    const name = `${String(method)} ${url}`;
    if (!isWrite && audit === undefined) return;
    const events = declaredEvents(audit);
    const saysWhyNot = typeof audit === 'object' && 'none' in audit && audit.none !== '';
    if (!isWrite && saysWhyNot) throw new Error(`${name} changes nothing, so it need not say why`);
    const isDeclared = saysWhyNot || (events.length > 0 && events.every((event) => auditEvents.includes(event)));
    if (!isDeclared) throw new Error(`${name} does not declare what it leaves in the audit log (config.audit)`);
  });
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.audit !== undefined)
      notes.set(request, { app, recorded: [], steps: [], transactions: new WeakSet(), changedNothing: false });
  });
}
