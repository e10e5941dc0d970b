/**
 * Bundles the library's web pages for browsers: each folder `page/` below that has an `index.html` becomes one of the same
 * name in `dist`, with what its scripts import in it, so that a page loads nothing from elsewhere. Run after `tsc -b`.
 */
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { build } from 'rolldown'
import { inProject } from './prepare.mjs'

const pages = ['server/page', 'inspector/page']

/** Scripts that are loaded by themselves: the page's own, and its workers. */
const isEntry = (name) => /^(main|.+\.worker)\.tsx?$/.test(name)
const isStatic = (name) => /\.(html|css|svg)$/.test(name)

for (const page of pages) {
  const from = inProject(`src/${page}`)
  const to = inProject(`dist/${page}`)
  if (!existsSync(`${from}/index.html`)) continue
  mkdirSync(to, { recursive: true })
  const names = readdirSync(from)
  for (const name of names.filter(isStatic)) cpSync(`${from}/${name}`, `${to}/${name}`)
  await build({
    input: names.filter(isEntry).map((name) => `${from}/${name}`),
    platform: 'browser',
    resolve: { extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } },
    transform: {
      jsx: { runtime: 'automatic', importSource: 'preact' },
      define: { 'process.env.NODE_ENV': '"production"' },
    },
    output: { dir: to, format: 'esm', minify: true, entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    logLevel: 'warn',
  })
}
