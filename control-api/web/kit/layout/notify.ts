import { messageOf } from '../api/problem.ts';
import { i18n } from '../messages/i18n.ts';

async function show(color: string, title: string, message: string): Promise<void> {
  // Loaded with `Notifications`, soon after the page: what fails without a network can be told without one.
  const { notifications } = await import('@mantine/notifications');
  notifications.show({ color, title, message, closeButtonProps: { 'aria-label': i18n.t('close', { ns: 'kit' }) } });
}

/** Says in passing that something was done. */
export function tellDone(title: string, message: string): void {
  void show('teal', title, message);
}

/** Says in passing that something did not work, and why: an error, or a sentence. */
export function tellFailed(title: string, reason: unknown): void {
  void show('red', title, typeof reason === 'string' ? reason : messageOf(reason));
}
