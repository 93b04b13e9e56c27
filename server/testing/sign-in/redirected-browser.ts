/** How a browser came back from a provider. */
export interface BrowserAnswer {
  readonly method: 'GET' | 'POST';
  /** Where to, without the query. */
  readonly to: string;
  /** The query, or the form that was posted. */
  readonly fields: Readonly<Record<string, string | undefined>>;
}

const unescape = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/**
 * Follows redirects within `issuer` from `url` on, with cookies, until it is sent somewhere else or given a form that
 * posts itself.
 * @throws Error when it is shown anything else
 */
export async function browse(issuer: string, url: URL | string): Promise<BrowserAnswer> {
  const cookies = new Map<string, string>();
  let at = new URL(url);
  for (let steps = 0; steps < 10; steps += 1) {
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const page = await response.text();
    const location = response.headers.get('location');
    if (location === null) return readForm(page, response.status);
    at = new URL(location, at);
    if (at.origin !== issuer)
      return { method: 'GET', to: `${at.origin}${at.pathname}`, fields: Object.fromEntries(at.searchParams) };
  }
  throw new Error('The provider redirects without end');
}

function readForm(page: string, status: number): BrowserAnswer {
  const action = /<form method="post" action="([^"]*)"/.exec(page)?.[1];
  if (action === undefined) throw new Error(`The provider shows a page (${status}): ${page.slice(0, 500)}`);
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, unescape(value)],
  );
  return { method: 'POST', to: unescape(action), fields: Object.fromEntries(fields) };
}
