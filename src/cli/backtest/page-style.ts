/**
 * How the page looks, by day and by night. The heat map has one hue, told apart by lightness alone, so that it reads the
 * same whatever colours someone sees, and on paper.
 */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --paper: #ffffff; --line: #d0d7de; --own: #1b1f24; }
.h0 { background: #f7fbff; color: #1b1f24 } .h1 { background: #deebf7; color: #1b1f24 }
.h2 { background: #c6dbef; color: #1b1f24 } .h3 { background: #9ecae1; color: #1b1f24 }
.h4 { background: #6baed6; color: #1b1f24 } .h5 { background: #2171b5; color: #ffffff }
.h6 { background: #084594; color: #ffffff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --quiet: #9aa4af; --paper: #0d1117; --line: #30363d; --own: #e6edf3; }
  .h0 { background: #0f1a26; color: #e6edf3 } .h1 { background: #10294a; color: #e6edf3 }
  .h2 { background: #123a6b; color: #e6edf3 } .h3 { background: #164e92; color: #ffffff }
  .h4 { background: #1f63b5; color: #ffffff } .h5 { background: #6baed6; color: #0d1117 }
  .h6 { background: #c6dbef; color: #0d1117 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
h1 { font-size: 1.6rem; margin: 0 0 .5rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem } p, li { max-width: 48rem; overflow-wrap: anywhere }
section { border-top: 1px solid var(--line) }
table { border-collapse: collapse; margin: .75rem 0; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--quiet); font-size: .875rem; padding-bottom: .25rem }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top }
th[scope=row] { text-align: left } th { font-weight: 500 } thead th { color: var(--quiet); font-size: .875rem }
thead th:first-child { text-align: left } th:first-child { padding-left: 0 }
.maps { display: flex; flex-wrap: wrap; gap: 0 2.5rem; align-items: flex-start }
.heat { min-width: 4.5rem; border: 1px solid var(--paper) }
.own { outline: 2px solid var(--own); outline-offset: -2px; font-weight: 700 }
.mark { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
dl { margin: .75rem 0 } dl div { display: flex; flex-wrap: wrap; gap: 0 .75rem } dt { color: var(--quiet) } dd { margin: 0 }
summary { cursor: pointer } summary:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
code { font: .875em ui-monospace, monospace; overflow-wrap: anywhere }
.machine { color: var(--quiet); font-size: .875rem; margin-top: 2rem }
@media (max-width: 40rem) { th, td { padding: .2rem .35rem; font-size: .875rem } .heat { min-width: 3.5rem } }
`
