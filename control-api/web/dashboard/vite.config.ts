import { webApp } from '../kit/build/vite.ts';

export default webApp(import.meta.dirname, '/dashboard/');
