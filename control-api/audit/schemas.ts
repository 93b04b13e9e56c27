import { Type, type Static } from 'typebox';
import { toIso } from '../../server/kit/clock.ts';
import { idSchema, nullable, pageOf, pageQuery, reference, timeSchema } from '../schemas.ts';
import type { AuditRow } from './repository.ts';

const anyId = Type.String({
  pattern: '^([a-z]{2,16}_[0-9A-HJKMNP-TV-Z]{26}|[0-9]{1,16}|[a-z]{2,16}(-[a-z]{2,16}){1,3})$',
  maxLength: 64,
  description:
    'An id of any kind; durable events are numbered. What has no id has a name: `unknown-account`, `access-keys`, `playback-keys`.',
});
const actorId = Type.String({
  pattern: '^(account|key)_[0-9A-HJKMNP-TV-Z]{26}$',
  maxLength: 64,
  description: 'An account, or the API key of another program.',
});
const facts = nullable(
  Type.Record(Type.String({ maxLength: 64 }), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
    description: 'What of it changed. Never passwords or tokens.',
  }),
);

export const auditRecordSchema = Type.Object(
  {
    id: idSchema('audit'),
    at: timeSchema,
    event: Type.String({ maxLength: 64, description: 'What was done, e.g. `account.changed`.' }),
    subject: anyId,
    actor: nullable(actorId),
    before: facts,
    after: facts,
    requestId: nullable(Type.String({ maxLength: 64, description: 'Names the request in the log of the server.' })),
    address: nullable(Type.String({ maxLength: 64, description: 'Network address of who did it.' })),
  },
  {
    $id: 'AuditRecord',
    description:
      'Something that was changed. `actor` is null when no account did it: an operator at the machine, upkeep.',
  },
);
export type AuditRecordView = Static<typeof auditRecordSchema>;

export const auditPageSchema = pageOf(reference(auditRecordSchema), 'AuditPage');
export const auditListQuery = Type.Object(
  { subject: Type.Optional(anyId), actor: Type.Optional(actorId), ...pageQuery('audit') },
  { additionalProperties: false },
);

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
  };
}
