import type { Browser, Page } from 'playwright-core';
import type { Test } from 'tap';
import { openPage, overflow } from './browser.ts';

/** What is no text of ours in any app: names from data, and what Intl says. */
const known = [
  /admin@example\.com|viewer@example\.com/g,
  // The title before the app has started, and languages by their own names.
  /Dramabox|(English )?\(Pseudo-Accents\)|\p{Script=Arabic}+/gu,
  // Quantities, dates and names of languages.
  /\d[\d.,\u00a0]* ?(B|byte|kB|MB|GB|kb\/s|Mb\/s|B\/s|sec|min|hr|days?|seconds?|minutes?)(?![a-z])/g,
  /\d+ \w{3,4} \d{4}|\w{3} \d+, \d{4}|[AP]M|now|English|Korean|(\d+|an?|in|last|next) (second|minute|hour|day)s?( ago)?|yesterday/g,
];

/** Every piece of text that people see or hear on the page. */
function texts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (!parent || parent.closest('script, style, noscript')) continue;
      // A name whose lines may end within it is one text, and so is a sentence with a link in it.
      const around = parent.closest('a')?.parentElement ?? parent;
      const isSentence =
        around.querySelector(':scope > a') !== null &&
        [...around.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '');
      const whole = isSentence ? around : parent.querySelector(':scope > wbr') ? parent : walker.currentNode;
      found.push(whole.textContent ?? '');
    }
    for (const element of document.querySelectorAll('*')) {
      for (const name of ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt'])
        found.push(element.getAttribute(name) ?? '');
    }
    return found;
  });
}

/** What is left of a text without what went through the catalogue, which stands in ⟦…⟧, and without what is known. */
function leftOver(text: string, all: readonly RegExp[]): string {
  let rest = all.reduce((left, expression) => left.replace(expression, ''), text);
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(/⟦[^⟦⟧]*⟧/gu, '');
  }
  return /\p{L}{2,}/u.test(rest) ? rest.trim() : '';
}

/** Words of plain letters, in brackets too: a value that was put into a text must not be English of ours. */
function plainWords(text: string, all: readonly RegExp[]): string {
  const rest = all.reduce((left, expression) => left.replace(expression, ''), text);
  const word = /(?<!\p{L})[a-z]*[aeiou][a-z]*(?!\p{L})/iu.exec(rest);
  return (word?.[0].length ?? 0) > 3 ? rest.trim() : '';
}

/** A page of its own in a language; `en-XA` shows every text of the catalogue in other letters. */
export async function openInLanguage(t: Test, browser: Browser, width: number, language: string): Promise<Page> {
  const page = await openPage(t, browser, width);
  await page.addInitScript((tag) => localStorage.setItem('dramabox-language', tag), language);
  return page;
}

/**
 * Looks at a page in `en-XA`: every text is from the catalogue, and nothing sticks out at the side.
 * @param others what is no text of ours besides: what the server says in its own words, names from data
 */
export async function lookForEnglish(t: Test, page: Page, what: string, others: readonly RegExp[] = []): Promise<void> {
  const all = [...others, ...known];
  const found = await texts(page);
  t.same([...new Set(found.map((text) => leftOver(text, all)).filter(Boolean))], [], what);
  t.same([...new Set(found.map((text) => plainWords(text, all)).filter(Boolean))], [], `${what}: values`);
  t.ok((await overflow(page)) <= 0, `${what}: nothing sticks out at the side`);
}
