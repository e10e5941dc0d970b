/** The page at `/`: a fixed set of files in memory, so that no path leads anywhere else. */

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
}

/** By path, such as `/` or `/chat.js`. */
export type Page = ReadonlyMap<string, PageFile>

/** What a page may load of its own beside scripts, styles, fonts, images and answers; nothing unless told. */
export interface PageNeeds {
  /** Pictures that it draws itself, to be saved. */
  readonly drawnImages?: boolean
}

/** The page loads its own files, and talks to its own server; nothing else. */
export const policyOf = ({ drawnImages = false }: PageNeeds): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self'${drawnImages ? ' data:' : ''}`,
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/** What the inspector's page needs: its PNG is drawn from a picture that is a `data:` address. */
export const inspectorNeeds: PageNeeds = { drawnImages: true }

/** The file at this path; `undefined` if there is none. */
export function pageResponse(page: Page, path: string, needs: PageNeeds = {}): Response | undefined {
  const file = page.get(path)
  return (
    file &&
    new Response(file.bytes, {
      headers: { 'content-type': file.type, 'content-security-policy': policyOf(needs), 'cache-control': 'no-cache' },
    })
  )
}
