/** Runs the benchmarks one after the other, each in a process of its own: `npm run bench [-- NAME …]`. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

const parts = ['emmett', 'logs', 'measure', 'server-process', 'store-laps', 'switch-reducer']
const all = readdirSync(new URL('../bench/', import.meta.url))
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.replace('.mjs', ''))
  .filter((name) => !parts.includes(name))
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !all.includes(name))
if (unknown !== undefined) {
  process.stderr.write(`bench: no benchmark ${unknown}; there are ${all.join(', ')}\n`)
  process.exit(2)
}
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`# ${name}`)
  const file = new URL(`../bench/${name}.mjs`, import.meta.url)
  const { status } = spawnSync(process.execPath, ['--expose-gc', file.pathname], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
