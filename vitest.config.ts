import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { leftOut } from './scripts/services/found.mjs'

// In tests the machine is read from its source, so that an edit to the chart is tested without a build.
const machines = fileURLToPath(new URL('./machines/', import.meta.url))

export default defineConfig({
  resolve: { alias: [{ find: /^#machines\/(.*)\.js$/, replacement: `${machines}$1.ts` }] },
  test: {
    include: ['test/**/*.test.ts'],
    // What needs a server or a program that is not here is left out whole; `npm test` says so in its last lines.
    exclude: [...configDefaults.exclude, ...leftOut().map(({ tests }) => `${tests}/**`)],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
