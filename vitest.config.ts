import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// In tests the machine is read from its source, so that an edit to the chart is tested without a build.
const machines = fileURLToPath(new URL('./machines/', import.meta.url))

export default defineConfig({
  resolve: { alias: [{ find: /^#machines\/(.*)\.js$/, replacement: `${machines}$1.ts` }] },
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
})
