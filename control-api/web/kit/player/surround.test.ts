import t from 'tap';
import { withSurround } from './surround.ts';

const tracks = [
  { groupId: 'surround', channels: '6' },
  { groupId: 'stereo', channels: '2' },
  { groupId: 'low', channels: '2' },
  { groupId: 'unsaid' },
];
const levels = (...groups: readonly string[]) => groups.map((group) => ({ audioGroups: [group] }));

t.test('a picture is offered once, with its stereo', async (t) => {
  t.same(withSurround(levels('low', 'stereo', 'surround', 'stereo', 'surround'), tracks), [4, 2]);
  t.same(withSurround(levels('low', 'stereo', 'unsaid'), tracks), []);
  t.same(withSurround([{ audioGroups: undefined }, ...levels('surround')], tracks), [1], 'sound within the picture');
});

t.test('what has no stereo is played as it is', async (t) => {
  t.same(withSurround(levels('surround', 'surround'), tracks), []);
  t.same(withSurround([], tracks), []);
});
