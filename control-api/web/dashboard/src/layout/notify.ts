import { notifications } from '@mantine/notifications';
import { messageOf } from '../../../kit/api/problem.ts';
import { i18n } from '../../../kit/messages/i18n.ts';

function show(color: string, title: string, message: string): void {
  notifications.show({ color, title, message, closeButtonProps: { 'aria-label': i18n.t('close', { ns: 'kit' }) } });
}

/** Says in passing that something was done. */
export function tellDone(title: string, message: string): void {
  show('teal', title, message);
}

/** Says in passing that something did not work, and why: an error, or a sentence. */
export function tellFailed(title: string, reason: unknown): void {
  show('red', title, typeof reason === 'string' ? reason : messageOf(reason));
}
