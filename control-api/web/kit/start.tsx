import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme/base.css';
import './theme/frame.css';
import './theme/touch.css';
import './theme/forms.css';
import './theme/lists.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode, Suspense, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Connection } from './api/connect.ts';
import { ErrorBoundary } from './layout/ErrorBoundary.tsx';
import { MessagesProvider } from './layout/MessagesProvider.tsx';
import type { Catalogue } from './messages/catalogue.ts';
import { startMessages, type MessagesOptions } from './messages/i18n.ts';
import { StepUpQuestion } from './session/StepUpQuestion.tsx';
import { cssVariablesResolver, theme } from './theme/mantine.ts';

// The page is there before what tells of something on it.
const Notifications = lazy(async () => ({ default: (await import('@mantine/notifications')).Notifications }));

interface StartOptions<App extends Catalogue> {
  readonly connection: Pick<Connection, 'session' | 'stepUp' | 'queryClient'>;
  readonly messages: MessagesOptions<App>;
  readonly content: ReactNode;
}

/** Starts an app: who is signed in, its texts, the look, and what all of its pages need around them. */
export async function startApp<App extends Catalogue>({
  connection: { session, stepUp, queryClient },
  messages,
  content,
}: StartOptions<App>): Promise<void> {
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  void session.restore();
  await startMessages(messages);
  createRoot(root).render(
    <StrictMode>
      <MessagesProvider>
        <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
          <QueryClientProvider client={queryClient}>
            <Suspense>
              <Notifications position="top-center" />
            </Suspense>
            <ErrorBoundary isWholePage>{content}</ErrorBoundary>
            <StepUpQuestion stepUp={stepUp} />
          </QueryClientProvider>
        </MantineProvider>
      </MessagesProvider>
    </StrictMode>,
  );
}
