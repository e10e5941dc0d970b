/**
 * How the chart looks, as CSS: classes and custom properties, light and dark, so that a page can lay its own colours over
 * them. Blue alone says how much, orange alone says now; each is also said by a number, a width or a lamp.
 */

const light = `--chart-back:#ffffff;--chart-ink:#17202b;--chart-soft:#4a5565;--chart-line:#66758a;--chart-frame:#8492a6;
--chart-fill:#f5f7fa;--chart-now:#b34700;--chart-now-fill:#fff0e0;--chart-0:#ffffff;--chart-1:#e6f0fb;--chart-2:#cfe3f7;
--chart-3:#b5d4f2;--chart-4:#98c2ec;--chart-5:#7cafe4;--chart-6:#619cdb;`

const dark = `--chart-back:#12171e;--chart-ink:#e9eef5;--chart-soft:#b0bccb;--chart-line:#8796aa;--chart-frame:#5b6b80;
--chart-fill:#1a212b;--chart-now:#ffb066;--chart-now-fill:#3b2814;--chart-0:#161c24;--chart-1:#18283c;--chart-2:#1b3350;
--chart-3:#1f3f65;--chart-4:#234c7a;--chart-5:#285990;--chart-6:#2d66a6;`

const shades = [0, 1, 2, 3, 4, 5, 6]
const heat = shades.map((step) => `.chart .heat-${step}>.frame{fill:var(--chart-${step})}`).join('\n')
const weights = shades
  .map((step) => `.chart .weight-${step}>.line{stroke-width:${step === 0 ? 0.8 : 0.8 + step * 0.45}px}`)
  .join('\n')
const heads = [4, 5, 6].map((step) => `.chart .weight-${step}>.head`).join(',')

/** Everything that the drawing needs, and nothing that touches what is outside of `.chart`. */
export const chartStyle = `.chart{${light}}
@media (prefers-color-scheme:dark){.chart{${dark}}}
[data-theme=light] .chart{${light}}
[data-theme=dark] .chart{${dark}}
.chart{background:var(--chart-back);font-family:Helvetica,Arial,'Liberation Sans',sans-serif}
.chart text{font-size:12px;fill:var(--chart-ink)}
.chart .frame{fill:var(--chart-fill);stroke:var(--chart-frame);stroke-width:1.2px}
.chart .root>.frame,.chart .compound>.frame{fill:var(--chart-back)}
.chart .inner-frame{fill:none;stroke:var(--chart-frame);stroke-width:1.2px}
.chart .bar{stroke:var(--chart-frame);stroke-width:1px}
.chart .separator{stroke:var(--chart-frame);stroke-width:1.2px;stroke-dasharray:6 4}
.chart .name{font-size:13px;font-weight:bold}
.chart .caption{fill:var(--chart-soft);text-anchor:end}
.chart .middle{text-anchor:middle}
.chart .count{font-weight:bold}
.chart .line{fill:none;stroke:var(--chart-line);stroke-width:1.2px}
.chart .head{fill:var(--chart-line)}
.chart .any,.chart .dot{fill:var(--chart-line)}
.chart .plate{fill:var(--chart-back)}
.chart .guard{fill:var(--chart-soft);font-style:italic}
.chart .unmet>text{fill:var(--chart-soft)}
.chart .box{fill:none;stroke:var(--chart-line);stroke-width:1.2px}
.chart .box.full{fill:var(--chart-line)}
.chart .at-limit>text{font-weight:bold}
.chart .at-limit>.box.full{fill:var(--chart-now);stroke:var(--chart-now)}
${heat}
${weights}
${heads}{stroke:var(--chart-line);stroke-width:2px}
.chart .current>.frame{stroke:var(--chart-now);stroke-width:2.6px}
.chart .current:not([class*=heat])>.frame{fill:var(--chart-now-fill)}
.chart .lamp{fill:var(--chart-now)}
.chart .taken>.line{stroke:var(--chart-now);stroke-width:2.6px}
.chart .taken>.head,.chart .taken>.any{fill:var(--chart-now);stroke:var(--chart-now);stroke-width:1.5px}
.chart .taken>.plate{fill:var(--chart-now-fill);stroke:var(--chart-now);stroke-width:1px}
.chart .pointed>.plate{stroke:var(--chart-ink);stroke-width:1.2px}
.chart .pointed>.line{stroke:var(--chart-ink);stroke-width:2.6px}
.chart .pointed>.head{fill:var(--chart-ink)}
`
