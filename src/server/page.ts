/** The page at `/`: a fixed set of files in memory, so that no path leads anywhere else. */

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
}

/** By path, such as `/` or `/chat.js`. */
export type Page = ReadonlyMap<string, PageFile>

/** The page loads its own files, and talks to its own server; nothing else. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The file at this path; `undefined` if there is none. */
export function pageResponse(page: Page, path: string): Response | undefined {
  const file = page.get(path)
  return (
    file &&
    new Response(file.bytes, {
      headers: { 'content-type': file.type, 'content-security-policy': policy, 'cache-control': 'no-cache' },
    })
  )
}
