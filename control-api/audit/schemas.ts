import { Type, type Static } from 'typebox';
import { toIso } from '../../server/kit/clock.ts';
import { emailPattern } from '../account.ts';
import {
  actorIdSchema,
  actorPattern,
  factsSchema,
  idSchema,
  nullable,
  pageOf,
  pageQuery,
  reference,
  timeSchema,
} from '../schemas.ts';
import { breakKinds } from './chain.ts';
import type { AuditRow } from './search.ts';

const anyIdPattern = '[a-z]{2,16}_[0-9A-HJKMNP-TV-Z]{26}|[0-9]{1,16}|[a-z]{2,16}(-[a-z]{2,16}){1,3}';
const address = emailPattern.slice(1, -1);

const anyId = Type.String({
  pattern: `^(${anyIdPattern})$`,
  maxLength: 64,
  description:
    'An id of any kind; durable events are numbered. What has no id has a name: `unknown-account`, `access-keys`, `playback-keys`, `secrets-keys`, `audit-log`.',
});
const sequenceSchema = Type.Integer({ minimum: 0 });
const hashSchema = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 });

export const auditRecordSchema = Type.Object(
  {
    id: idSchema('audit'),
    at: timeSchema,
    event: Type.String({ maxLength: 64, description: 'What was done, e.g. `account.changed`.' }),
    subject: anyId,
    actor: nullable(actorIdSchema),
    before: factsSchema,
    after: factsSchema,
    requestId: nullable(Type.String({ maxLength: 64, description: 'Names the request in the log of the server.' })),
    address: nullable(Type.String({ maxLength: 64, description: 'Network address of who did it.' })),
    sequence: nullable(
      Type.Integer({ minimum: 1, description: 'Its place in the chain. Null until it is chained, within seconds.' }),
    ),
    hash: nullable(
      Type.String({
        maxLength: 64,
        description: 'SHA-256 of the record, its place, and the hash of the one before. Null until it is chained.',
      }),
    ),
  },
  {
    $id: 'AuditRecord',
    description:
      'Something that was changed. `actor` is null when no account did it: an operator at the machine, upkeep.',
  },
);
export type AuditRecordView = Static<typeof auditRecordSchema>;

export const auditPageSchema = pageOf(reference(auditRecordSchema), 'AuditPage');

/** How many names of events a filter may have. */
const mostEvents = 20;
const eventName = '[a-z]{2,16}(-[a-z]{2,16}){0,3}(\\.[a-z]{2,16}(-[a-z]{2,16}){0,3})?';

const filterQuery = {
  subject: Type.Optional(
    Type.String({
      pattern: `^(${anyIdPattern}|${address})$`,
      maxLength: 254,
      description: 'What was changed: its id or name, or the e-mail address of an account.',
    }),
  ),
  actor: Type.Optional(
    Type.String({
      pattern: `^(${actorPattern}|${address})$`,
      maxLength: 254,
      description: 'Who did it: an account or an API key by its id, or an account by its e-mail address.',
    }),
  ),
  event: Type.Optional(
    Type.String({
      pattern: `^${eventName}(,${eventName}){0,${mostEvents - 1}}$`,
      maxLength: 1000,
      description: `What was done: names of events, or of groups of them (\`account\` is every \`account.…\`), separated by commas; at most ${mostEvents}.`,
      examples: ['account,sign-in.failed'],
    }),
  ),
  address: Type.Optional(
    Type.String({ pattern: '^[0-9A-Fa-f.:]{2,45}$', maxLength: 45, description: 'The network address of who did it.' }),
  ),
  from: Type.Optional({ ...timeSchema, description: 'Not before this time.' }),
  to: Type.Optional({ ...timeSchema, description: 'Before this time.' }),
};

export const auditListQuery = Type.Object({ ...filterQuery, ...pageQuery('audit') }, { additionalProperties: false });
/** Which records somebody asks for. */
export type AuditQuery = Omit<Static<typeof auditListQuery>, 'cursor' | 'limit'>;

const exportFormats = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];
export const auditExportQuery = Type.Object(
  { ...filterQuery, format: Type.Enum([...exportFormats]) },
  { additionalProperties: false },
);

const placeSchema = Type.Object({ sequence: sequenceSchema, hash: hashSchema });
export const auditChainSchema = Type.Object(
  {
    head: { ...placeSchema, description: 'The last record that was chained; 0 and zeros before the first.' },
    removed: nullable({ ...placeSchema, description: 'The last record that was removed for its age.' }),
    waiting: Type.Integer({ minimum: 0, description: 'Records that are not chained yet.' }),
    check: nullable(
      Type.Object(
        {
          at: timeSchema,
          records: Type.Integer({ minimum: 0, description: 'How many were looked at.' }),
          breaks: Type.Integer({ minimum: 0, description: 'In how many places the chain is broken; 0: it is whole.' }),
          firstBreak: nullable(
            Type.Object({
              kind: Type.Enum([...breakKinds]),
              sequence: Type.Integer({ minimum: 0, description: 'The number that is missing, or that of the record.' }),
              id: nullable(Type.String({ maxLength: 64, description: 'The record at which it shows.' })),
            }),
          ),
        },
        { description: 'What was found when the whole chain was last looked at.' },
      ),
    ),
  },
  { $id: 'AuditChain' },
);
export type AuditChainView = Static<typeof auditChainSchema>;

/** A row of the log as the API shows it. */
export function presentAuditRecord(row: AuditRow): AuditRecordView {
  const read = (json: string | null) => (json === null ? null : (JSON.parse(json) as AuditRecordView['before']));
  return {
    id: row.id,
    at: toIso(row.at),
    event: row.event,
    subject: row.subject,
    actor: row.actor,
    before: read(row.before),
    after: read(row.after),
    requestId: row.request_id,
    address: row.address,
    sequence: row.sequence,
    hash: row.hash,
  };
}
