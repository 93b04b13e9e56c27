import t from 'tap';
import { codeDigits } from './code-digits.ts';

t.test('the digits of a code, as it was typed or pasted', async (t) => {
  for (const text of [
    '123456',
    ' 123 456 ',
    '123-456',
    'Your code: 123456.',
    '1234567',
    '١٢٣٤٥٦',
    '۱۲۳۴۵۶',
    '१२३४५६',
    '１２３４５６',
  ])
    t.equal(codeDigits(text), '123456', text);
  t.equal(codeDigits('12a'), '12');
  t.equal(codeDigits('no code'), '');
});
