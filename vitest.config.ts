// How the tests run. Two projects: `pure` (a module and nothing else: threads that share what they loaded) and `nodes`
// (databases, files, sockets, browsers: a process for each file). A test beside its module is pure unless it is
// called `*.node.test.ts`; what is in test/ is not, except the two that only read the source.
import { defineConfig } from 'vitest/config';

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(
    `This is Node ${process.versions.node}. Type "npm test" or "npx vitest": they run on the project's own.`,
  );
}

const long = process.env.CONCLAVE_LONG === '1';
const readsSourceOnly = ['test/tidy.test.ts', 'test/lockfile.test.ts'];
const needsNode = '**/*.node.test.ts';

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['{protocol,server,web,scripts}/**/*.test.ts', ...readsSourceOnly],
          exclude: [needsNode],
          pool: 'threads',
          isolate: false,
          // A property runs hundreds of cases, and the machine may be busy with something else.
          testTimeout: long ? 600_000 : 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'nodes',
          include: ['test/**/*.test.ts', `{protocol,server,web/client,scripts}/${needsNode}`],
          exclude: readsSourceOnly,
          pool: 'forks',
          testTimeout: long ? 3_600_000 : 60_000,
          hookTimeout: long ? 600_000 : 60_000,
        },
      },
    ],
  },
});
