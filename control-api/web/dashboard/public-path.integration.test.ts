import t from 'tap';
import { openPage } from '../kit/testing/browser.ts';
import { openSite } from '../kit/testing/site.ts';
import { fileInput, limitUpload, signIn } from './testing/browser.ts';
import { addStills, addTitle, publishStream } from './testing/titles.ts';

const site = await openSite(t);

for (const isTakenOff of [true, false]) {
  const kind = isTakenOff ? 'takes the path off' : 'passes the path on';
  t.test(`one build serves below a path, behind a proxy that ${kind}`, async (t) => {
    const api = await site.start(t, { at: { path: '/video', isTakenOff } });
    const title = await addTitle(api, { title: 'A stream', state: 'ready', version: 'complete' });
    await publishStream(t, api, [title]);
    await addStills(api, title, ['red']);
    const page = await openPage(t, site.browser);
    const strayed: string[] = [];
    page.on('request', (request) => {
      const { protocol, pathname } = new URL(request.url());
      if (protocol.startsWith('http') && !pathname.startsWith('/video/')) strayed.push(pathname);
    });
    await signIn(page, api);
    await page.getByTestId('asset').waitFor();
    await page
      .getByRole('img', { name: /A stream/ })
      .first()
      .waitFor();
    await page.getByTestId('live').filter({ hasText: 'Live' }).waitFor();

    const before = await api.uploads();
    const { path, content } = await site.videoFile('broken line.mp4', 4_000_000);
    await limitUpload(page, 100_000);
    await page.setInputFiles(fileInput, path);
    const line = page.getByTestId('upload');
    await line.getByText(/B\/s/).waitFor();
    api.network.break();
    await line.getByText(/The server cannot be reached.*goes on by itself/).waitFor();
    await limitUpload(page, 0);
    api.network.mend();
    await line.getByText(/^Uploaded/).waitFor();
    t.ok(api.network.count('HEAD', '/video/api/v1/uploads/') > 0, 'it asked where to go on');
    t.equal(await api.uploads(), before + 1, 'no second upload was begun');
    const uploaded = (await api.assetIds()).find((id) => id !== title.assetId) ?? '';
    t.ok((await api.receivedBytes(uploaded)).equals(content), 'byte for byte');

    await page.getByRole('link', { name: 'A stream' }).first().click();
    await page.getByRole('heading', { name: 'A stream' }).waitFor();
    t.equal(page.url(), `${api.url}/dashboard/assets/${title.assetId}`);
    await page.reload();
    await page.getByRole('heading', { name: 'A stream' }).waitFor();
    t.pass('signed in still, on a page that is deeper than the first one');
    await page.getByRole('button', { name: /^Play / }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
    t.ok(api.network.count('GET', '/video/s/') > 2, 'played through the proxy');

    await page.getByRole('button', { name: /Account admin@example.com/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').waitFor();
    await page.reload();
    await page.getByLabel('E-mail').waitFor();
    t.equal(await page.getByRole('heading', { name: 'A stream' }).count(), 0, 'signed out stays signed out');
    t.same(strayed, [], 'nothing was asked of the other servers of this host');
  });
}

t.test('the same server is reached past its proxy', async (t) => {
  const api = await site.start(t, { at: { path: '/video', isTakenOff: true } });
  const page = await openPage(t, site.browser);
  await signIn(page, { url: api.network.target });
  await page.getByText('Upload your first title').waitFor();
  await page.reload();
  await page.getByText('Upload your first title').waitFor();
  t.equal(new URL(page.url()).pathname, '/dashboard/');
});

t.test('two servers that share a host keep their sign-ins apart', async (t) => {
  const page = await openPage(t, site.browser);
  const api = await site.start(t, { at: { path: '/one', isTakenOff: true } });
  const { origin } = new URL(api.url);
  const settings = { server: { publicUrl: `${origin}/two` } };
  const other = await site.start(t, { at: { path: '/two', isTakenOff: false }, settings });
  // The other one's pages, under the first one's host and port.
  await page.context().route(`${origin}/two/**`, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: new URL(pathname + search, other.url).href }) });
  });
  await signIn(page, api);
  await page.getByText('Upload your first title').waitFor();
  const second = await page.context().newPage();
  const foreign: string[] = [];
  second.on('request', (request) => {
    if (request.headers()['authorization'] !== undefined) foreign.push(request.url());
  });
  await second.goto(`${origin}/two/dashboard/`);
  await second.getByLabel('E-mail').waitFor();
  t.same(foreign, [], 'no token of the one was sent to the other');
  await signIn(second, { url: `${origin}/two` });
  await second.getByText('Upload your first title').waitFor();
  await second.getByRole('button', { name: /^Account / }).click();
  await second.getByRole('menuitem', { name: 'Sign out' }).click();
  await second.getByLabel('E-mail').waitFor();
  await page.bringToFront();
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('heading', { name: 'Audit' }).waitFor();
  t.pass('signing out of the one leaves the other alone');
});
