/**
 * Entry of the node. Checks which Node it runs on before anything is loaded that would not bear another, and keeps compiled code
 * beside the packages, where nothing else was said: a second start is quicker and smaller. The work is in start.ts.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(`This is Node ${process.versions.node}. Type "npm start": it runs on the project's own.\n`);
  process.exitCode = 1;
} else {
  // Not in the shared temporary folder, where another user of the machine could put code.
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/conclave', import.meta.url)));
  const { start } = await import('./start.ts');
  await start();
}
