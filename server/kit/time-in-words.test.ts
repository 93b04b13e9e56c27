import t from 'tap';
import { timeInWords } from './time-in-words.ts';

t.test('times as people write them', (t) => {
  t.same([0, 8.04, 75, 3675].map(timeInWords), ['0:00', '0:08', '1:15', '1:01:15']);
  t.end();
});
