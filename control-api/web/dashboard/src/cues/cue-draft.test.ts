import t from 'tap';
import { ApiError, UnreachableError } from '../../../kit/api/problem.ts';
import type { CueChanges, CueReading } from '../api/tracks.ts';
import type { Cue } from '../api/types.ts';
import { CueDraft, type CueEdit } from './cue-draft.ts';

const value = (startMs: number, text: string) => ({ startMs, endMs: startMs + 1000, text, settings: '' });

/** A server of two texts, as the API is one, and a browser that keeps edits. */
function situation() {
  const cues = new Map<number, Cue>(
    [1, 2].map((number) => [number, { number, ...value(number * 2000, `text ${number}`) }]),
  );
  const kept = new Map<string, CueEdit>();
  const server = {
    revision: 1,
    next: 3,
    requests: [] as CueChanges[],
    /** Instead of an answer. */
    failures: [] as Error[],
    /** Done, but the answer is lost. */
    losesAnswer: false,
    read: (): CueReading => ({ cues: [...cues.values()], revision: server.revision }),
    send(body: CueChanges) {
      server.requests.push(body);
      const failure = server.failures.shift();
      if (failure) throw failure;
      if (body.revision !== server.revision) throw new ApiError(409, 'changed', 'subtitles_changed');
      const changed: Cue[] = [];
      const added: Cue[] = [];
      for (const { number, remove, ...change } of body.changes) {
        if (remove) cues.delete(number!);
        else if (number === undefined) added.push({ ...value(0, ''), ...change, number: server.next++ });
        else changed.push({ ...cues.get(number)!, ...change });
      }
      for (const cue of [...changed, ...added]) cues.set(cue.number, { ...cue, text: cue.text.trim() });
      server.revision += 1;
      if (server.losesAnswer) throw new UnreachableError();
      return { revision: server.revision, changed: [...changed, ...added].map(({ number }) => cues.get(number)!) };
    },
    /** Somebody else changes a text. */
    theirs(number: number, change: Partial<Cue> | undefined) {
      if (change) cues.set(number, { ...cues.get(number)!, ...change });
      else cues.delete(number);
      server.revision += 1;
    },
    texts: () => [...cues.values()].map(({ text }) => text),
  };
  const open = () =>
    new CueDraft({
      reading: server.read(),
      kept: {
        read: () => new Map(kept),
        put: (key, edit) => Boolean(kept.set(key, edit)),
        remove: (key) => void kept.delete(key),
      },
      durationMs: 60_000,
      send: async (body) => server.send(body),
      read: async () => server.read(),
      typingMs: 0,
      againMs: 1,
    });
  return { server, kept, open };
}

t.test('what is typed is kept at once, sent, and then kept no longer', async (t) => {
  const { server, kept, open } = situation();
  const draft = open();
  draft.edit(new Map([['1', value(2000, 'typed ')]]));
  t.match(kept.get('1'), { from: { text: 'text 1' }, to: { text: 'typed ' } });
  t.equal(await draft.saved(), 2);
  t.match(server.requests, [{ revision: 1, publish: false, changes: [{ number: 1, text: 'typed ' }] }]);
  t.equal(draft.state().cues[0]?.text, 'typed', 'as the server has it');
  t.equal(kept.size, 0);
  draft.edit(new Map([['1', value(2000, 'typed')]]));
  t.equal(draft.state().status, 'saved', 'nothing changed');
});

t.test('texts are added, split and removed in one step, and new ones get their numbers', async (t) => {
  const { server, open } = situation();
  const draft = open();
  const key = draft.add(value(9000, 'new'));
  draft.edit(
    new Map([
      ['1', null],
      ['2', value(4000, 'other')],
    ]),
  );
  await draft.saved();
  t.same(server.texts(), ['other', 'new']);
  t.equal(draft.keyNow(key), '3');
  draft.edit(new Map([[key, value(9000, 'newer')]]));
  await draft.saved();
  t.same(server.texts(), ['other', 'newer']);
  const other = draft.add(value(10_000, ''));
  t.equal(draft.state().status, 'stuck', 'an empty one waits for its text');
  t.equal(await draft.saved(), undefined);
  draft.edit(new Map([[other, null]]));
  t.equal(draft.state().status, 'saved');
});

t.test('an answer that is lost adds nothing twice, not after a reload either', async (t) => {
  for (const reloads of [false, true]) {
    const { server, kept, open } = situation();
    let draft = open();
    server.losesAnswer = true;
    draft.add(value(9000, 'new'));
    t.equal(await draft.saved(), undefined);
    t.equal(draft.state().status, 'unreachable');
    server.losesAnswer = false;
    if (reloads) {
      draft.stop();
      t.equal(kept.size, 1);
      draft = open();
    }
    t.equal((await draft.saved()) ?? (await draft.saved()), 2);
    t.same(server.texts(), ['text 1', 'text 2', 'new']);
    t.equal(kept.size, 0);
  }
});

t.test('without a server, what was typed is there after a reload', async (t) => {
  const { server, open } = situation();
  const draft = open();
  server.failures = Array.from({ length: 50 }, () => new UnreachableError());
  draft.edit(new Map([['2', value(4000, 'on a train')]]));
  await draft.saved();
  t.equal(draft.state().status, 'unreachable');
  draft.stop();
  server.failures = [];
  const again = open();
  t.equal(again.state().cues[1]?.text, 'on a train');
  await again.saved();
  t.same(server.texts(), ['text 1', 'on a train']);
});

t.test('what others changed is put together, and of the same text one is chosen', async (t) => {
  const { server, open } = situation();
  const draft = open();
  server.theirs(1, { text: 'theirs' });
  draft.edit(
    new Map([
      ['1', value(2000, 'mine')],
      ['2', value(4000, 'mine, too')],
    ]),
  );
  await draft.saved();
  t.same(server.texts(), ['theirs', 'mine, too']);
  t.match(draft.state(), {
    status: 'stuck',
    conflicts: [{ key: '1', mine: { text: 'mine' }, theirs: { text: 'theirs' } }],
  });
  draft.choose('1', 'mine');
  await draft.saved();
  t.same(server.texts(), ['mine', 'mine, too']);

  server.theirs(2, undefined);
  draft.edit(new Map([['2', value(4000, 'still here')]]));
  await draft.saved();
  t.match(draft.state().conflicts, [{ theirs: null }]);
  draft.choose('2', 'mine');
  await draft.saved();
  t.same(server.texts(), ['mine', 'still here'], 'it comes back as a new one');
  server.theirs(1, { text: 'theirs again' });
  draft.edit(new Map([['1', null]]));
  await draft.saved();
  draft.choose('1', 'theirs');
  t.equal(draft.state().status, 'saved');
  t.same(
    draft.state().cues.map(({ text }) => text),
    ['theirs again', 'still here'],
  );
});

t.test('what is refused stays at its text, and keeps no other one back', async (t) => {
  const { server, open } = situation();
  const draft = open();
  const refused = () => new ApiError(400, 'Text 1: no', 'invalid_request');
  server.failures = [refused(), refused()];
  draft.edit(
    new Map([
      ['1', value(2000, 'refused')],
      ['2', value(4000, 'fine')],
    ]),
  );
  await draft.saved();
  t.same(server.texts(), ['text 1', 'fine']);
  t.match([...draft.state().refusals], [['1', { message: 'Text 1: no' }]]);
  t.equal(draft.state().cues[0]?.text, 'refused', 'it is not lost');
});
