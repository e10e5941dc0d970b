/**
 * SVG as plain data, and as text. A page makes its own elements of the data; text is for files and terminals. Every text
 * and every attribute is escaped here, so that no name, whoever chose it, becomes markup.
 */

/** An element: its tag and its attributes come from us, its texts from anyone. */
export interface SvgElement {
  readonly tag: string
  readonly attributes: { readonly [name: string]: string | number }
  readonly children: readonly (SvgElement | string)[]
}

type Given = SvgElement | string | null | undefined | false

/** An element; what is not there is left out. */
export function svg(
  tag: string,
  attributes: SvgElement['attributes'] = {},
  children: readonly Given[] = [],
): SvgElement {
  const kept = children.filter((child): child is SvgElement | string => typeof child === 'string' || Boolean(child))
  return { tag, attributes, children: kept }
}

const signs: { readonly [sign: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// What XML 1.0 has no way to hold: controls, halves of pairs, and two signs that are none.
const unwritable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

const escaped = (text: string): string =>
  text.replace(unwritable, '\ufffd').replace(/[&<>"']/g, (sign) => signs[sign] ?? sign)

/** The element as SVG text, one element a line. */
export function svgText({ tag, attributes, children }: SvgElement, indent = ''): string {
  const named = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
  const open = `${indent}<${tag}${named.join('')}`
  if (children.length === 0) return `${open}/>\n`
  const [first, ...rest] = children
  if (typeof first === 'string' && rest.length === 0) return `${open}>${escaped(first)}</${tag}>\n`
  const inner = children.map((child) =>
    typeof child === 'string' ? `${indent} ${escaped(child)}\n` : svgText(child, `${indent} `),
  )
  return `${open}>\n${inner.join('')}${indent}</${tag}>\n`
}

/** A picture that stands by itself: as a file, on another's page as an image. Its style is in it. */
export function standaloneSvg(drawn: SvgElement, style: string): string {
  return svgText({ ...drawn, children: [svg('style', {}, [style]), ...drawn.children] })
}
