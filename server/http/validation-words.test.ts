import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import t from 'tap';
import { Type, type TSchema } from 'typebox';
import { describeFieldErrors, type SchemaError } from './validation-words.ts';

/** What the validator of the application says of a value, in words. */
function complaints(schema: TSchema, value: unknown): Readonly<Record<string, string>> {
  const validate = TypeBoxValidatorCompiler({ schema, method: 'POST', url: '/', httpPart: 'body' } as never);
  const { error } = (validate as unknown as (value: unknown) => { readonly error?: readonly SchemaError[] })(value);
  return Object.fromEntries(describeFieldErrors('body', error ?? []).map(({ path, message }) => [path, message]));
}

t.test('each rule of a schema has words of its own', (t) => {
  const cases: readonly (readonly [TSchema, unknown, string])[] = [
    [Type.Integer(), 'q', 'must be a whole number'],
    [Type.String(), 5, 'must be text'],
    [Type.Boolean(), 'perhaps', 'must be true or false'],
    [Type.Integer({ minimum: 1 }), 0, 'must be at least 1'],
    [Type.Integer({ maximum: 5 }), 9, 'must be at most 5'],
    [Type.Number({ exclusiveMinimum: 0 }), 0, 'must be more than 0'],
    [Type.Number({ exclusiveMaximum: 1 }), 1, 'must be less than 1'],
    [Type.Integer({ multipleOf: 2 }), 3, 'must be a multiple of 2'],
    [Type.String({ minLength: 1 }), '', 'must have at least 1 character'],
    [Type.String({ minLength: 2 }), 'a', 'must have at least 2 characters'],
    [Type.String({ maxLength: 3 }), 'abcd', 'must have at most 3 characters'],
    [Type.Array(Type.String(), { minItems: 1 }), [], 'must have at least 1 entry'],
    [Type.Array(Type.String(), { maxItems: 2 }), ['a', 'b', 'c'], 'must have at most 2 entries'],
    [Type.Array(Type.String(), { uniqueItems: true }), ['a', 'a'], 'must not have the same entry twice'],
    [Type.String({ pattern: '^a' }), 'b', 'does not have the right form'],
    [Type.String({ format: 'email' }), 'b', 'must be an e-mail address'],
    [Type.Enum(['a', 'b']), 'c', 'must be one of "a", "b"'],
    [Type.Literal('a'), 'c', 'must be "a"'],
    [Type.Union([Type.String(), Type.Null()]), 5, 'must be text or null'],
    [
      Type.Union([Type.Object({ a: Type.String() }), Type.Object({ b: Type.String() })]),
      {},
      'fits none of the forms that are possible here',
    ],
  ];
  for (const [schema, value, message] of cases)
    t.same(complaints(Type.Object({ n: schema }), { n: value }), { '/body/n': message }, message);
  t.end();
});

t.test('fields that are missing or not known are named, each once, and no more than twenty', (t) => {
  const schema = Type.Object({ email: Type.String(), 'a/b': Type.String() }, { additionalProperties: false });
  t.same(complaints(schema, { email: 'x', colour: 1, size: 2 }), {
    '/body/a~1b': 'is missing',
    '/body/colour': 'is not known here',
    '/body/size': 'is not known here',
  });
  t.same(complaints(schema, 'text'), { '/body': 'must be an object' });
  const many = Array.from({ length: 50 }, (_, index) => ({
    keyword: 'type',
    schemaPath: '#',
    instancePath: `/field${index}`,
    params: { type: 'string' },
  }));
  t.equal(describeFieldErrors('body', [...many, ...many]).length, 20);
  t.same(describeFieldErrors('body', [{ keyword: 'new', schemaPath: '#', instancePath: '/x', params: {} }]), [
    { path: '/body/x', message: 'is not valid' },
  ]);
  t.end();
});
