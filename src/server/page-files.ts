/** Reads the page's files once, when the server starts. What is not of a known kind is not served. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Page, PageFile } from './page.js'

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
}

function fileAt(folder: string, name: string): PageFile | undefined {
  const type = types[name.split('.').at(-1) ?? '']
  return type === undefined ? undefined : { type, bytes: new Uint8Array(readFileSync(join(folder, name))) }
}

/** Every file of a folder by its path, `index.html` at `/`; empty where there is no such folder. */
export function readPage(folder: string): Page {
  const page = new Map<string, PageFile>()
  for (const name of namesIn(folder)) {
    const file = fileAt(folder, name)
    const path = `/${name.split(sep).join('/')}`
    if (file) page.set(path === '/index.html' ? '/' : path, file)
  }
  return page
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
