/** The tests that mutants of the core are put before: those that need no other process, their properties cut short. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = new URL('../../', import.meta.url)
const inRoot = (path: string): string => fileURLToPath(new URL(path, root))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^#machines\/(.*)\.js$/, replacement: `${inRoot('machines/')}$1.ts` },
      { find: /^fast-check$/, replacement: inRoot('test/mutants/brief-fast-check.ts') },
    ],
  },
  test: {
    root: fileURLToPath(root),
    include: ['test/{conversation,lifecycle,log}/**/*.test.ts'],
    // These count what their properties met, and would miss it when cut short.
    exclude: ['**/when-a-log-is-accepted*', '**/when-the-oracle-hears*', '**/when-a-foreign-log-is-taken*'],
    // One load of the modules for all files: the same mutants die (tried on two files of 74), in a fraction of the time.
    isolate: false,
    testTimeout: 60_000,
  },
})
