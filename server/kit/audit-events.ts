/** What the audit log tells of, by the thing that was changed. Names are never reused for something else. */
export const auditEvents = [
  'account.changed',
  'account.created',
  'account.password-changed',
  'asset.cancelled',
  'asset.created',
  'asset.deleted',
  'asset.reencoded',
  'asset.renamed',
  'asset.retried',
  'key.replaced',
  'outbox.tried-again',
  'session.ended',
  'sign-in.confirmed',
  'sign-in.ended',
  'sign-in.failed',
  'sign-in.started',
  'upload.created',
  'upload.given-up',
] as const;
/** Something that the audit log tells of. */
export type AuditEvent = (typeof auditEvents)[number];
