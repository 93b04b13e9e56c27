import '@mantine/core/styles.css';
import '@mantine/dropzone/styles.css';
import '@mantine/notifications/styles.css';
import '../../kit/theme/base.css';
import './layout/app.css';
import './layout/touch.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from '../../kit/layout/ErrorBoundary.tsx';
import { MessagesProvider } from '../../kit/layout/MessagesProvider.tsx';
import { startMessages } from '../../kit/messages/i18n.ts';
import { cssVariablesResolver, theme } from '../../kit/theme/mantine.ts';
import { queryClient, session } from './api/server.ts';
import { App } from './App.tsx';
import { en } from './messages/en.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

void session.restore();
await startMessages({ app: 'dashboard', english: en });
createRoot(root).render(
  <StrictMode>
    <MessagesProvider>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <Notifications position="top-center" />
          <ErrorBoundary>
            <App />
          </ErrorBoundary>
        </QueryClientProvider>
      </MantineProvider>
    </MessagesProvider>
  </StrictMode>,
);
