import t from 'tap';
import { lookAt } from '../testing/accessibility.ts';
import { openSamples } from '../testing/samples.ts';

const page = await openSamples(t);
const email = page.getByLabel('E-mail');
const password = page.getByLabel('New password', { exact: true });
const code = page.getByLabel('Code', { exact: true });
const send = page.getByRole('button', { name: 'Send' });
const sent = page.getByTestId('sent');
const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name'));

t.test('an empty form is not sent, and says in our words what is missing', async (t) => {
  await send.click();
  t.equal(await page.getByText('Fill this in.').count(), 3);
  t.equal(await focused(), 'email', 'the first field that is wrong has the focus');
  await lookAt(t, page, 'fields that are empty');
  await email.fill('nobody');
  t.equal(await page.getByText('Fill this in.').count(), 2, 'what is being mended is not called wrong');
  await send.click();
  await page.getByText('This is no e-mail address.').waitFor();
  t.equal(await email.getAttribute('aria-invalid'), 'true');
  t.match(
    await email.evaluate((field) => document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent),
    'This is no e-mail address.',
    'and a screen reader is told',
  );
  await email.fill('ann@example.com');
});

t.test('a new password is long enough before anything is sent', async (t) => {
  t.equal(await password.getAttribute('autocomplete'), 'new-password');
  await page.getByText('At least 12 characters.').waitFor();
  await password.fill('a'.repeat(11));
  await code.fill('123456');
  await send.click();
  await page.getByText('1 character more, please.').waitFor();
  t.equal(await focused(), 'new-password');
  t.equal(await password.getAttribute('aria-invalid'), 'true');
  t.equal(await sent.textContent(), '', 'nothing was sent');
  await page.getByRole('button', { name: 'Show “New password”' }).click();
  t.equal(await password.getAttribute('type'), 'text', 'it can be looked at');
  await password.fill('a'.repeat(12));
});

t.test('a code', async (t) => {
  t.equal(await code.getAttribute('autocomplete'), 'one-time-code', 'phones offer the one of a message');
  t.equal(await code.getAttribute('inputmode'), 'numeric', 'and show digits to type');
  await code.fill('');
  await code.pressSequentially('1 2x34567');
  t.equal(await code.inputValue(), '123456', 'only digits, and no more than it has');
  await code.selectText();
  // All of it in one go, as a paste is.
  await page.keyboard.insertText('Code: 654 321');
  t.equal(await code.inputValue(), '654321', 'pasted with what is around it');
  await code.fill('123');
  await send.click();
  await page.getByText('The code has 6 digits.').waitFor();
  t.equal(await focused(), 'code');
  t.equal(await sent.textContent(), '', 'half a code is not sent');
  await lookAt(t, page, 'half a code');
});

t.test('what is right is sent once, and a refusal is read out', async (t) => {
  await code.fill('000000');
  await page.keyboard.press('Enter');
  const problem = page.getByRole('alert');
  await problem.getByText('Too many attempts. Try again in 2 minutes.').waitFor();
  t.equal(await sent.textContent(), `ann@example.com ${'a'.repeat(12)} 000000`);
  await lookAt(t, page, 'a form that was refused');
  await code.fill('123456');
  await send.click();
  await sent.getByText('123456').waitFor();
  t.equal(await problem.textContent(), '', 'what was wrong is not said of the next attempt');
});
