import { lazy, Suspense } from 'react';
import { Failed } from './enter/Failed.tsx';
import { Splash } from './enter/Splash.tsx';
import { useApp } from './messenger.ts';
import { usePlace } from './place.ts';
import { Window } from './Window.tsx';

const Join = lazy(async () => ({ default: (await import('./enter/Join.tsx')).Join }));
const SignIn = lazy(async () => ({ default: (await import('./enter/SignIn.tsx')).SignIn }));
const Recovery = lazy(async () => ({ default: (await import('./enter/Recovery.tsx')).Recovery }));
const Locked = lazy(async () => ({ default: (await import('./enter/Locked.tsx')).Locked }));
const Phrase = lazy(async () => ({ default: (await import('./enter/Phrase.tsx')).Phrase }));

/** Which screen fills the window. A link that makes an account goes before everything else. */
export function Screens() {
  const { phase } = useApp();
  const place = usePlace();
  if (phase.is === 'starting') return <Splash />;
  if (phase.is === 'failed') return <Failed refusal={phase.refusal} />;
  if (phase.is === 'signed-in' && place.is !== 'join' && place.is !== 'phrase') return <Window place={place} />;
  return (
    <Suspense fallback={<Splash />}>
      {place.is === 'join' ? (
        <Join key={place.token} token={place.token} />
      ) : phase.is === 'recovery' ? (
        <Recovery me={phase.me} code={phase.code} />
      ) : phase.is === 'locked' ? (
        <Locked phase={phase} />
      ) : phase.is === 'signed-out' ? (
        <SignIn organisation={phase.organisation} domain={phase.domain} why={phase.why} />
      ) : (
        <Phrase organisation={phase.me.orgName} />
      )}
    </Suspense>
  );
}
