import { startApp } from '../../kit/start.tsx';
import { connection } from './api/server.ts';
import { HomePage } from './home/HomePage.tsx';
import { en } from './messages/en.ts';

await startApp({ connection, messages: { app: 'viewer', english: en }, content: <HomePage /> });
