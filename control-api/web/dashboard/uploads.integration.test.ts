import t from 'tap';
import { until } from '../../../server/testing/until.ts';
import { openPage, watch } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { dropFiles, fileInput, limitUpload, signIn } from './testing/browser.ts';
import { addTitle } from './testing/titles.ts';

const site = await openSite(t);

t.test('an upload pauses, goes on from the same byte and becomes a title', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByText('Upload your first title').waitFor();
  await page.getByText(/up to 40.0 MB each/).waitFor();
  const { path, content } = await site.videoFile('Episode 1.mp4', 6_000_000);
  // Slow enough that it surely lasts while the browser works.
  await limitUpload(page, 200_000);
  await page.setInputFiles(fileInput, path);
  const line = page.getByTestId('upload').filter({ hasText: 'Episode 1.mp4' });
  await line.getByText(/B\/s · \d+ sec left/).waitFor();
  await line.getByRole('button', { name: 'Pause Episode 1.mp4' }).click();
  await line.getByText(/^Paused/).waitFor();
  const share = Number(/(\d+)%/.exec(await line.innerText())?.[1]);
  t.ok(share > 0 && share < 100, `paused at ${share}%`);
  await until('nothing is sent any more', () => !api.network.isSending('PATCH'));
  t.equal((await api.assetIds()).length, 0, 'nothing is sent while it is paused');
  const patches = api.network.count('PATCH', '/api/v1/uploads/');

  await limitUpload(page, 0);
  await line.getByRole('button', { name: 'Resume Episode 1.mp4' }).click();
  await line.getByText(/^Uploaded/).waitFor();
  t.ok(api.network.count('HEAD', '/api/v1/uploads/') > 0, 'it asked where to go on');
  t.ok(api.network.count('PATCH', '/api/v1/uploads/') > patches);
  t.equal(await api.uploads(), 1);
  t.ok((await api.receivedBytes((await api.assetIds())[0]!)).equals(content), 'byte for byte');
  t.equal(
    await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tus::')).length),
    0,
    'nothing is left behind',
  );

  await line.getByRole('link', { name: 'Open Episode 1.mp4' }).click();
  await page.getByRole('heading', { name: 'Episode 1' }).waitFor();
});

t.test('an upload survives a broken network', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  const { path, content } = await site.videoFile('broken line.mp4', 4_000_000);
  await limitUpload(page, 100_000);
  await page.setInputFiles(fileInput, path);
  const line = page.getByTestId('upload');
  await line.getByText(/B\/s/).waitFor();
  api.network.break();
  await line.getByText(/The server cannot be reached.*goes on by itself/).waitFor();
  await page.getByTestId('live').filter({ hasText: 'Reconnecting' }).waitFor();
  await limitUpload(page, 0);
  api.network.mend();
  await line.getByText(/^Uploaded/).waitFor();
  await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor();
  t.equal(await api.uploads(), 1, 'no second upload was begun');
  t.ok((await api.receivedBytes((await api.assetIds())[0]!)).equals(content));
});

t.test('after a reload the same file goes on where it stopped', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  const { path, content } = await site.videoFile('half way.mp4', 4_000_000);
  await limitUpload(page, 100_000);
  await page.setInputFiles(fileInput, path);
  await page.getByTestId('upload').getByText(/B\/s/).waitFor();

  const second = await page.context().newPage();
  watch(t, second);
  await second.goto(`${api.url}/dashboard/`);
  await second.setInputFiles(fileInput, path);
  await second.getByTestId('upload').getByText('This file is being uploaded in another tab of this browser.').waitFor();
  await second.close();

  await page.reload();
  const unfinished = page.getByTestId('unfinished-upload');
  await unfinished.getByText('half way.mp4').waitFor();
  await unfinished.getByText(/Choose or drop the same file again/).waitFor();
  await limitUpload(page, 0);
  await page.setInputFiles(fileInput, path);
  await page
    .getByTestId('upload')
    .getByText(/^Uploaded/)
    .waitFor();
  t.equal(await unfinished.count(), 0);
  t.equal(await api.uploads(), 1, 'no second upload was begun');
  t.ok((await api.receivedBytes((await api.assetIds())[0]!)).equals(content));
});

t.test('cancelling and discarding remove what the server has', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  const { path } = await site.videoFile('unwanted.mp4', 4_000_000);
  await limitUpload(page, 100_000);
  await page.setInputFiles(fileInput, path);
  await page.getByTestId('upload').getByText(/B\/s/).waitFor();
  await page.getByRole('button', { name: 'Cancel unwanted.mp4' }).click();
  await page.getByTestId('upload').waitFor({ state: 'detached' });
  const deletions = () => api.network.count('DELETE', '/api/v1/uploads/');
  await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('tus::')));
  t.equal(deletions(), 1);

  // Opening the dialog forgets the last choice; without it the same file is no change.
  await page.locator(fileInput).evaluate((field) => {
    (field as HTMLInputElement).value = '';
  });
  await page.setInputFiles(fileInput, path);
  await page.getByTestId('upload').getByText(/B\/s/).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Discard unwanted.mp4' }).click();
  await page.getByTestId('unfinished-upload').waitFor({ state: 'detached' });
  t.equal(deletions(), 2);
});

t.test('files that cannot be taken say why, the others go on', async (t) => {
  const api = await site.start(t);
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByText(/up to 40.0 MB each/).waitFor();
  const files = [
    await site.videoFile('too large.mp4', 41_000_000),
    await site.videoFile('notes.txt', 10),
    await site.videoFile('empty.mp4', 0),
    await site.videoFile('good.mp4', 1000),
  ];
  await page.setInputFiles(
    fileInput,
    files.map(({ path }) => path),
  );
  const status = (name: string) => page.getByTestId('upload').filter({ hasText: name }).getByTestId('upload-status');
  await status('good.mp4')
    .getByText(/^Uploaded/)
    .waitFor();
  await status('notes.txt').getByText('notes.txt is not a video.').waitFor();
  t.equal(await status('too large.mp4').innerText(), 'The file is larger than this server accepts (40.0 MB).');
  t.equal(await status('empty.mp4').innerText(), 'The file is empty.');
  t.equal(await page.getByRole('button', { name: /^Try again/ }).count(), 0, 'none of them would fare better');
  await page.getByRole('button', { name: 'Dismiss notes.txt' }).click();
  await status('notes.txt').waitFor({ state: 'detached' });
  await page.getByTestId('asset').waitFor();
  t.equal(await page.getByTestId('asset').count(), 1, 'only the good one is in the library');
});

t.test('files may be dropped on the library, and anywhere on any page', async (t) => {
  const api = await site.start(t);
  const { assetId } = await addTitle(api, { title: 'Already there' });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  await page.getByTestId('asset').waitFor();
  await dropFiles(page, '[data-testid="dropzone"]', [
    { name: 'one.mp4', type: 'video/mp4', text: '1' },
    { name: 'two.mp4', type: 'video/mp4', text: '22' },
  ]);
  await page
    .getByTestId('upload')
    .filter({ hasText: 'one.mp4' })
    .getByText(/^Uploaded/)
    .waitFor();
  await page
    .getByTestId('upload')
    .filter({ hasText: 'two.mp4' })
    .getByText(/^Uploaded/)
    .waitFor();
  await page.goto(`${api.url}/dashboard/assets/${assetId}`);
  await page.getByRole('heading', { name: 'Already there' }).waitFor();
  await dropFiles(page, '[data-testid="drop-anywhere"]', [{ name: 'three.mp4', type: 'video/mp4', text: '333' }]);
  await page
    .getByTestId('upload')
    .filter({ hasText: 'three.mp4' })
    .getByText(/^Uploaded/)
    .waitFor();
  t.equal((await api.assetIds()).length, 4);
});

t.test('what may still be uploaded is said when it is little, and a refusal says what to do', async (t) => {
  const api = await site.start(t, { settings: { uploads: { maxPerDay: 2, maxStoredBytes: 1_000_000 } } });
  const page = await openPage(t, site.browser);
  await signIn(page, api);
  const small = await site.videoFile('small.mp4', 300_000);
  await page.setInputFiles(fileInput, small.path);
  await page
    .getByTestId('upload')
    .getByText(/^Uploaded/)
    .waitFor();
  t.equal(await page.getByTestId('quota').count(), 0, 'there is enough left');
  const large = await site.videoFile('large.mp4', 800_000);
  await page.setInputFiles(fileInput, large.path);
  const line = page.getByTestId('upload').filter({ hasText: 'large.mp4' });
  await line.getByText('This account may store 1.0 MB, and 700 kB are left. Delete titles').waitFor();
  const half = await site.videoFile('half.mp4', 600_000);
  await page.setInputFiles(fileInput, half.path);
  const notice = page.getByTestId('quota');
  await notice.getByText('0 of 2 uploads within 24 hours are left.').waitFor();
  await notice.getByText('100 kB of 1.0 MB of storage are left. Delete titles for more.').waitFor();
  await notice.getByText(/^From .+ on there is more again\.$/).waitFor();
  const last = await site.videoFile('last.mp4', 1000);
  await page.setInputFiles(fileInput, last.path);
  const refused = page.getByTestId('upload').filter({ hasText: 'last.mp4' });
  await refused.getByText(/may begin 2 uploads within 24 hours\. The next one can begin in 24 hours/).waitFor();
  t.equal(await refused.getByRole('button', { name: 'Try again last.mp4' }).count(), 1);

  await api.db
    .updateTable('uploads')
    .set({ created_at: api.clock.now() - 86_400_000 })
    .execute();
  await api.db.updateTable('assets').set({ state: 'deleted' }).execute();
  await line.getByRole('button', { name: 'Try again large.mp4' }).click();
  await line.getByText(/^Uploaded/).waitFor();
});
