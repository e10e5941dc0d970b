/** The page at `/`: its own files and nothing beside them, under a policy that lets it load and ask nothing else. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPage } from '../../src/server/page-files.js'
import { temporaryFolder } from '../cli/run-colloquy.js'
import { served } from './served.js'

async function pageFolder() {
  const folder = join(await temporaryFolder(), 'page')
  await mkdir(join(folder, 'parts'), { recursive: true })
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  await writeFile(join(folder, 'parts', 'chat.js'), 'export {}')
  await writeFile(join(folder, 'notes.txt'), 'not for everyone')
  await writeFile(join(folder, '..', 'secret.html'), 'a secret')
  return folder
}

test('Files of the page are served by their kind, under a strict policy, without a token.', async () => {
  const { url } = await served({ page: readPage(await pageFolder()) })
  const page = await fetch(`${url}/`)
  expect([page.status, await page.text()]).toEqual([200, '<!doctype html>'])
  expect(page.headers.get('content-security-policy')).toMatch(
    /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
  )
  const script = await fetch(`${url}/parts/chat.js`)
  expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
})

test.each([
  '/notes.txt',
  '/secret.html',
  '/%2e%2e/secret.html',
  '/parts',
  '/parts/',
  '/index.html',
  '/parts%2fchat.js',
])('%s is no file of the page.', async (path) => {
  const { url } = await served({ page: readPage(await pageFolder()) })
  expect((await fetch(`${url}${path}`)).status).toBe(404)
})

test('Where there is no page, the interface is served all the same.', async () => {
  const { url } = await served({ page: readPage(join(await temporaryFolder(), 'none')) })
  expect([(await fetch(`${url}/`)).status, (await fetch(`${url}/v1/about`)).status]).toEqual([404, 200])
})
