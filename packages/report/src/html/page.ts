import { colourDeclarations } from '../charts/palette.ts';
import { escapeHtml } from './escape.ts';

// System fonts: a page that is opened from a disk or an archive has nobody to ask for others.
const STYLE = `
:root{color-scheme:light dark;${colourDeclarations('light')};--panel:#f6f7f9}
@media (prefers-color-scheme:dark){:root{${colourDeclarations('dark')};--panel:#1d2127}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI","Liberation Sans",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:28px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:18px;margin:40px 0 4px;letter-spacing:-.005em}
p{margin:4px 0 12px;max-width:78ch}
.faint,figcaption,summary{color:var(--faint)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(138px,1fr));gap:12px;margin:24px 0 8px}
.tile{background:var(--panel);border-radius:8px;padding:12px 14px}
.tile b{display:block;font-size:22px;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums}
.tile span{font-size:13px;color:var(--faint)}
figure{margin:8px 0 0}
figcaption{font-size:13px;margin:2px 0 6px;max-width:100ch}
.plot{overflow-x:auto}
.plot svg{display:block;width:100%;min-width:640px;height:auto;font-family:inherit}
.halves .plot svg{min-width:0}
.halves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,500px),1fr));gap:8px 32px}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:8px 0;padding:0;list-style:none;font-size:13px}
.legend i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13.5px;margin:8px 0;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--faint)}
th,td{padding:4px 14px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid);overflow-wrap:anywhere}
td:first-child,th:first-child{overflow-wrap:break-word}
td.n,th.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
th{font-weight:600;border-bottom-color:var(--faint)}
details{margin:6px 0 0;font-size:13.5px}
summary{cursor:pointer;font-size:13px}
code{font-family:ui-monospace,"Liberation Mono",Menlo,monospace;font-size:.92em}
footer{margin-top:48px;padding-top:12px;border-top:1px solid var(--grid);font-size:13px;color:var(--faint)}
@media print{details{display:none}.plot svg{min-width:0}}
`.trim();

/** A whole page: it asks for nothing from outside, runs no script, and says so to the browser. `body` is HTML. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`;
}
