/** The page's entry: theme first, so nothing flashes; then the messenger, and the screens on it. */
import { createRoot } from 'react-dom/client';
import { connectMessenger } from '../client/adapters/browser.ts';
import { App } from './App.tsx';
import { applyTheme, readTheme } from './theme.ts';

applyTheme(readTheme());
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App messenger={connectMessenger()} />);
