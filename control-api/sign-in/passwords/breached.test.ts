import t from 'tap';
import { isKnownToThieves } from './breached.ts';

t.test('what thieves try first', (t) => {
  for (const password of [
    'qwertyuiop123',
    'Password!2026',
    '  !!password!!  ',
    'monkeymonkey',
    '123456789012',
    '............',
    'Ann@Example.com',
    'ann-2026-!!!',
  ])
    t.ok(isKnownToThieves(password, 'ann@example.com'), password);
  t.end();
});

t.test('what they do not', (t) => {
  for (const password of [
    'correct horse battery staple',
    'Dragons fly at noon',
    'xkq7 vbnw 22',
    'пароль из многих слов',
  ])
    t.notOk(isKnownToThieves(password, 'ann@example.com'), password);
  t.end();
});
