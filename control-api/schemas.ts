import { Type, type Static, type TSchema } from 'typebox';
import { idPattern, type IdPrefix } from '../server/kit/ids.ts';

/** Schemas that several features share. What a client may send always has bounds. */

/** An id of this kind; anything else is refused before it reaches a query. */
export function idSchema(prefix: IdPrefix) {
  return Type.String({
    pattern: idPattern(prefix),
    maxLength: 64,
    description: `\`${prefix}_\` and a ULID.`,
    examples: [`${prefix}_01JZ8Q4M6RXK3V5T9B2C7D1E0F`],
  });
}

/** A point in time in JSON. */
export const timeSchema = Type.String({
  format: 'date-time',
  maxLength: 30,
  description: 'UTC, ISO 8601.',
  examples: ['2026-01-31T12:00:00.000Z'],
});

export function nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

export const actorPattern = '(account|key)_[0-9A-HJKMNP-TV-Z]{26}';
/** Who did something, as the audit log says it. */
export const actorIdSchema = Type.String({
  pattern: `^${actorPattern}$`,
  maxLength: 64,
  description: 'An account, or the API key of another program.',
});

/** A part of a thing before or after a change, as the audit log has it. */
export const factsSchema = nullable(
  Type.Record(Type.String({ maxLength: 64 }), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
    description: 'What of it changed. Never passwords or tokens.',
  }),
);

/** Refers to a schema with an `$id` that was given to `app.addSchema`: it becomes a component of the OpenAPI document. */
export function reference<T extends TSchema>(schema: T) {
  const { $id } = schema as T & { readonly $id?: string };
  if (!$id) throw new TypeError('Only schemas with an $id can be referred to');
  return Type.Unsafe<Static<T>>({ $ref: `${$id}#` });
}

/** What is answered when a request succeeds: in words for the OpenAPI document, with the headers that matter. */
export function answer<T extends TSchema>(
  description: string,
  schema: T,
  headers?: Readonly<Record<string, TSchema>>,
): T {
  return { ...schema, description, ...(headers && { headers }) };
}

/** An answer without a body. */
export function emptyAnswer(description: string, headers?: Readonly<Record<string, TSchema>>) {
  return answer(description, Type.Null(), headers);
}

export const limitQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Default 50.' })),
};

/** Query of a list: newest first, `cursor` is what the page before answered as `nextCursor`. */
export function pageQuery(prefix: IdPrefix) {
  return {
    cursor: Type.Optional(
      Type.String({ pattern: idPattern(prefix), maxLength: 64, description: '`nextCursor` of the page before.' }),
    ),
    ...limitQuery,
  };
}

export const defaultPageSize = 50;

/** A page of a list. */
export function pageOf<T extends TSchema>(item: T, $id: string, cursorCharacters = 64) {
  return Type.Object(
    {
      items: Type.Array(item, { maxItems: 100 }),
      nextCursor: nullable(Type.String({ maxLength: cursorCharacters, description: 'Null on the last page.' })),
    },
    { $id },
  );
}

/** A page from one row more than asked for, which tells whether there is a next one; `cursorOf` its last row. */
export function toPage<Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
  cursorOf: (row: Row) => string = ({ id }) => id,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(present), nextCursor: last ? cursorOf(last) : null };
}
