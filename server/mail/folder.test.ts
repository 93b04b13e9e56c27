import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import PostalMime from 'postal-mime';
import t from 'tap';
import { createFakeClock } from '../testing/fake-clock.ts';
import { contractSender, mailContract } from '../testing/mail-contract.ts';
import { FolderMailer } from './folder.ts';

function open(t: { testdir(): string }, most = 500) {
  const folder = path.join(t.testdir(), 'data', 'mail');
  const clock = createFakeClock(1_800_000_000_000);
  return { folder, clock, mailer: new FolderMailer({ folder, sender: contractSender, clock, most }) };
}

t.test('contract', (t) => {
  mailContract(t, async (t) => {
    const { mailer, folder } = open(t);
    return {
      mailer,
      received: () =>
        Promise.all(
          readdirSync(folder)
            .toSorted()
            .map(async (name) => {
              const { from, to, subject, text, messageId } = await PostalMime.parse(
                readFileSync(path.join(folder, name)),
              );
              return {
                messageId: messageId ?? '',
                from: `${from?.name} <${from?.address}>`,
                to: (to ?? []).map(({ address }) => address ?? ''),
                subject: subject ?? '',
                text: (text ?? '').trimEnd(),
              };
            }),
        ),
    };
  });
  t.end();
});

t.test('what is kept is listed, newest first, and closed to others', async (t) => {
  const { mailer, folder, clock } = open(t);
  t.strictSame(await mailer.list(10), [], 'nothing yet');
  for (const id of ['one', 'two', 'three']) {
    await mailer.send({ id, to: `${id}@example.com`, subject: `Mail ${id}`, text: 'Line\n\nLine' });
    clock.advance(1000);
  }
  await mailer.send({ id: 'one', to: 'one@example.com', subject: 'Mail one', text: 'once more' });
  writeFileSync(path.join(folder, 'note.txt'), 'not a mail');
  const listed = await mailer.list(2);
  t.match(listed, [
    { id: 'three', at: 1_800_000_002_000, to: 'three@example.com', subject: 'Mail three' },
    { id: 'two', at: 1_800_000_001_000 },
  ]);
  t.equal(listed[0]?.text.trimEnd(), 'Line\n\nLine');
  t.equal((await mailer.list(10)).length, 3, 'sent again, it is the same one');
  t.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.eml')))
    t.equal(statSync(path.join(folder, name)).mode & 0o777, 0o600);
});

t.test('only so many are kept', async (t) => {
  const { mailer, folder, clock } = open(t, 3);
  for (let index = 0; index < 5; index++) {
    await mailer.send({ id: `mail-${index}`, to: 'a@example.com', subject: 'S', text: 'T' });
    clock.advance(1);
  }
  t.equal(readdirSync(folder).length, 3);
  t.strictSame(
    (await mailer.list(10)).map(({ id }) => id),
    ['mail-4', 'mail-3', 'mail-2'],
  );
});
