import { Keyboard } from '../keyboard/Keyboard.tsx';
import { NewBuild } from './NewBuild.tsx';

/** What stands around the window once it is painted. */
export function Around() {
  return (
    <>
      <NewBuild />
      <Keyboard />
    </>
  );
}
