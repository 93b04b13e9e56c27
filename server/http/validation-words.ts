/** One complaint of the validator, in the terms of JSON Schema. */
export interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  /** JSON pointer into the part of the request that was checked. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A field that is wrong, as clients are told. */
export interface FieldError {
  /** JSON pointer after the part of the request, e.g. `/body/email`. */
  readonly path: string;
  /** What is wrong with it; goes after the path in a sentence. */
  readonly message: string;
}

/** Fields that an answer names at most. */
const mostFields = 20;
const longestPath = 500;
const longestMessage = 500;

const types: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};
const formats: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  'date-time': 'a time like 2026-01-31T12:00:00Z',
  date: 'a date like 2026-01-31',
  uri: 'an address (URI)',
  url: 'an address (URL)',
  uuid: 'a UUID',
};

const counted = (count: unknown, one: string, many: string) => `${String(count)} ${count === 1 ? one : many}`;
const listed = (values: unknown) => (Array.isArray(values) ? values : []).map((value) => JSON.stringify(value));
const typeName = (type: unknown) =>
  [type]
    .flat()
    .map((name) => types[String(name)] ?? String(name))
    .join(' or ');

/** What each keyword of JSON Schema (2020-12, validation vocabulary) asks for, in words. */
const words: Readonly<Record<string, (params: SchemaError['params']) => string>> = {
  type: ({ type }) => `must be ${typeName(type)}`,
  required: () => 'is missing',
  boolean: () => 'is not known here',
  enum: ({ allowedValues }) => `must be one of ${listed(allowedValues).join(', ')}`,
  const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
  exclusiveMinimum: ({ limit }) => `must be more than ${String(limit)}`,
  exclusiveMaximum: ({ limit }) => `must be less than ${String(limit)}`,
  multipleOf: ({ multipleOf }) => `must be a multiple of ${String(multipleOf)}`,
  minLength: ({ limit }) => `must have at least ${counted(limit, 'character', 'characters')}`,
  maxLength: ({ limit }) => `must have at most ${counted(limit, 'character', 'characters')}`,
  minItems: ({ limit }) => `must have at least ${counted(limit, 'entry', 'entries')}`,
  maxItems: ({ limit }) => `must have at most ${counted(limit, 'entry', 'entries')}`,
  uniqueItems: () => 'must not have the same entry twice',
  pattern: () => 'does not have the right form',
  format: ({ format }) => `must be ${formats[String(format)] ?? String(format)}`,
};

/** A union is wrong as a whole: what its alternatives ask for would contradict each other. */
function unionWords(pointer: string, errors: readonly SchemaError[]): string {
  const kinds = errors.filter(({ keyword, instancePath }) => keyword === 'type' && instancePath === pointer);
  const names = [...new Set(kinds.map(({ params }) => typeName(params['type'])))];
  return names.length > 1 ? `must be ${names.join(' or ')}` : 'fits none of the forms that are possible here';
}

const isUnion = ({ keyword }: SchemaError) => keyword === 'anyOf' || keyword === 'oneOf';

/** Pointers to the members `names` of what `pointer` points to (RFC 6901 §4). */
function memberPointers(pointer: string, names: unknown): string[] {
  const members = Array.isArray(names) ? names.map(String) : [];
  return members.map((name) => `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

/**
 * What is wrong with a request, field by field, in words: the validator speaks of schemas, which callers do not see.
 * @param part of the request, e.g. `body`
 * @returns at most 20 fields, each once
 */
export function describeFieldErrors(part: string, errors: readonly SchemaError[]): FieldError[] {
  const unions = errors.filter(isUnion);
  const inUnion = ({ schemaPath }: SchemaError) =>
    unions.some((union) => schemaPath.startsWith(`${union.schemaPath}/`));
  const found = new Map<string, string>();
  for (const error of errors) {
    // Said by the union itself; and of fields that are not known each is named by an error of its own.
    if (inUnion(error) || error.keyword === 'additionalProperties') continue;
    const { instancePath: at, keyword, params } = error;
    const message = isUnion(error) ? unionWords(at, errors) : (words[keyword]?.(params) ?? 'is not valid');
    for (const pointer of keyword === 'required' ? memberPointers(at, params['requiredProperties']) : [at])
      if (!found.has(pointer)) found.set(pointer, message);
  }
  return [...found]
    .slice(0, mostFields)
    .map(([pointer, message]) => ({
      path: `/${part}${pointer}`.slice(0, longestPath),
      message: message.slice(0, longestMessage),
    }));
}
