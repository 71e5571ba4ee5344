// A vitest reporter that counts tests and leaves the numbers in the file named by CONCLAVE_TALLY. A file that could not
// be loaded and an error outside every test each count as one failure, for a run with either did not pass.
import { writeFileSync } from 'node:fs';

/** How many tests of a run passed, failed or were skipped. */
function countTests(modules, unhandledErrors) {
  const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    const failedBefore = tally.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      tally[state === 'pending' ? 'skipped' : state] += 1;
    }
    if (!module.ok() && tally.failed === failedBefore) tally.failed += 1;
  }
  return tally;
}

export default class Tally {
  onTestRunEnd(modules, unhandledErrors) {
    const path = process.env.CONCLAVE_TALLY;
    if (path !== undefined) writeFileSync(path, JSON.stringify(countTests(modules, unhandledErrors)));
  }
}
