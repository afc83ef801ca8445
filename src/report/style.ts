/** The report's style: light and dark by the reader's setting, black on white on paper, no fonts or images to fetch. */
export const style = `
:root{--ink:#1b1f24;--soft:#57606a;--paper:#fff;--line:#d0d7de;--band:#f6f8fa;--a:#0b5cad;--b:#b3470b;--good:#0d6b3d;--bad:#6e4a00}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--paper:#0f1318;--line:#30363d;--band:#171c23;--a:#6cb2ff;--b:#ffa269;--good:#5fd38d;--bad:#e3b75f;color-scheme:dark}}
@media print{:root{--ink:#000;--soft:#333;--paper:#fff;--line:#999;--band:#fff;--a:#0b5cad;--b:#b3470b;--good:#0d6b3d;--bad:#6e4a00}details>*{display:block!important}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-top:.5rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.5rem 0 .25rem}
p{margin:.5rem 0;max-width:45rem}
.lead{font-size:1.15rem}
.soft,caption{color:var(--soft)}
.warning{border-left:4px solid var(--b);padding:.25rem .75rem;background:var(--band)}
.scroll{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;min-width:100%;font-size:.9rem}
caption{text-align:left;font-size:.85rem;padding:.25rem 0}
.stay{display:inline-block;position:sticky;left:0;max-width:calc(100vw - 3rem)}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--soft);font-size:.85rem;white-space:nowrap}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.judged{min-width:14rem}
tr.verdict th,tr.verdict td{background:var(--band);font-weight:600;padding-left:.5rem}
.accepted{color:var(--good);font-weight:600;white-space:nowrap}
.rejected{color:var(--bad);white-space:nowrap}
figure{margin:1rem 0}
figcaption{font-size:.9rem;color:var(--soft);max-width:45rem}
svg{width:100%;max-width:42rem;height:auto;display:block}
svg text{fill:var(--soft);font-size:12px;font-family:inherit}
.axis{stroke:var(--soft)}.grid{stroke:var(--line)}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.line.a,.whisker.a{stroke:var(--a)}.line.b,.whisker.b{stroke:var(--b)}.line.b{stroke-dasharray:6 4}
.whisker{stroke-width:2}.dot.a{fill:var(--a)}.dot.b{fill:var(--paper);stroke:var(--b);stroke-width:2}
.mark{stroke:var(--ink);stroke-dasharray:2 3}
@media (max-width:36rem){svg text{font-size:17px}}
pre{overflow-x:auto;background:var(--band);border:1px solid var(--line);padding:.75rem;font-size:.85rem;line-height:1.4}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em}
summary{cursor:pointer;padding:.25rem 0}
:focus-visible{outline:2px solid var(--a);outline-offset:2px}
`;
