/** The screens on invented data: `npm run dev`, then /sample.html?scene=NAME&theme=dark. Not a part of what is built. */
import { createRoot } from 'react-dom/client';
import { App } from '../App.tsx';
import { FileSourceContext } from '../files/source.ts';
import { PasskeysContext } from '../passkeys.ts';
import { applyTheme, readTheme, THEMES } from '../theme.ts';
import { sampleFiles } from './files.ts';
import { samplePasskeys } from './keys.ts';
import { sampleMessenger } from './messenger.ts';
import { sceneNamed } from './scenes.ts';

const asked = new URLSearchParams(location.search);
applyTheme(THEMES.find((theme) => theme === asked.get('theme')) ?? readTheme());
const root = document.getElementById('root');
if (root !== null) {
  const messenger = sampleMessenger(sceneNamed(asked.get('scene') ?? ''));
  createRoot(root).render(
    <FileSourceContext value={sampleFiles}>
      <PasskeysContext value={samplePasskeys}>
        <App messenger={messenger} />
      </PasskeysContext>
    </FileSourceContext>,
  );
}
