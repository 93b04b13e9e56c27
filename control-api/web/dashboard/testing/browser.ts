import type { CDPSession, Page } from 'playwright-core';
import { signIn as signInAt } from '../../kit/testing/browser.ts';
import type { Api } from '../../kit/testing/site.ts';

/** Where files are chosen. */
export const fileInput = 'input[aria-label="Video files to upload"]';

/** Signs in on a page of the dashboard: the library, unless told. */
export async function signIn(
  page: Page,
  api: Pick<Api, 'url'>,
  path = '/dashboard/',
  person?: { email: string; password: string },
): Promise<void> {
  await signInAt(page, api, path, person);
}

/** A limit belongs to the session that set it: no other one can lift it. */
const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** Sends no faster than this from now on, in bytes per second; 0: as fast as it goes. */
export async function limitUpload(page: Page, bytesPerSecond: number): Promise<void> {
  const session = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, session);
  await (
    await session
  ).send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond === 0 ? -1 : bytesPerSecond,
  });
}

/** Drops files as a hand would: they enter the window, then are let go over `target`. */
export async function dropFiles(
  page: Page,
  target: string,
  files: readonly { name: string; type: string; text: string }[],
): Promise<void> {
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, type, text } of list) data.items.add(new File([text], name, { type }));
    return data;
  }, files);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent(target, 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent(target, 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent(target, 'drop', { dataTransfer: transfer });
}
