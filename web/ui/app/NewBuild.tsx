import { RefreshCw } from 'lucide-react';
import css from '../Banners.module.css';
import { Button } from '../parts/Button.tsx';
import { text } from '../text/app.ts';
import { useNewBuild } from './installing.ts';

/** "A new version is ready": it waits until somebody says so. */
export function NewBuild() {
  const build = useNewBuild();
  return (
    <div role="status">
      {build === null ? null : (
        <div className={css.banner}>
          <RefreshCw aria-hidden />
          <span>{text('build.ready')}</span>
          <Button onClick={build.take}>{text('build.take')}</Button>
        </div>
      )}
    </div>
  );
}
