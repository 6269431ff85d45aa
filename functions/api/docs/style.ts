/** The look of all pages: light or dark as the reader's system is, and one column on a phone. */
export const style = `:root {
  color-scheme: light dark;
  --ink: #1c2726; --soft: #556361; --paper: #fff; --shade: #f3f6f5; --line: #d9e0de; --accent: #0f766e;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e2e9e7; --soft: #9db0ac; --paper: #111918; --shade: #1a2423; --line: #2c3a38; --accent: #5ecdc0; }
}
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif }
a { color: var(--accent); text-underline-offset: .15em }
a:focus-visible, pre:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
header { border-bottom: 1px solid var(--line); padding: .6rem 1.25rem; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; align-items: baseline }
header a { text-decoration: none; color: var(--ink); padding: .15rem 0 }
header a:first-child { font-weight: 700; color: var(--accent) }
header a[aria-current] { border-bottom: 2px solid var(--accent) }
main { max-width: 52rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; overflow-wrap: break-word }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 1rem 0 }
h2 { font-size: 1.35rem; margin: 2.4rem 0 .6rem; line-height: 1.3 }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .4rem }
code, pre { font: .875em/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace }
code { background: var(--shade); border-radius: 4px; padding: .1em .3em }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto }
pre code { background: none; padding: 0; overflow-wrap: normal }
table { display: block; overflow-x: auto; border-collapse: collapse; margin: 1rem 0 }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .8rem .4rem 0; text-align: left; vertical-align: top; min-width: 4rem }
th { color: var(--soft); font-weight: 600 }
td code { white-space: nowrap }
dt { margin-top: 1rem }
dd { margin: .2rem 0 0 }
ul.cards { list-style: none; padding: 0; display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)) }
ul.cards a { display: block; height: 100%; border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; text-decoration: none; font-weight: 600 }
ul.plain { list-style: none; padding: 0 }
ul.plain li { padding: .3rem 0 }
.soft { color: var(--soft) }
.method { display: inline-block; min-width: 4.2em; font-weight: 700; color: var(--accent) }
article { border-top: 1px solid var(--line); padding: .4rem 0 1rem }
summary { cursor: pointer; color: var(--accent) }
`;

/** The sign of the pages in a browser's tab. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0f766e"/><path d="M6 16h10M11 11v10M20 12l4-3v14" fill="none" stroke="#fff" stroke-width="3"/></svg>`;

/** The page of RapiDoc fills what its bar leaves. */
export const explorerStyle = `${style}
body { display: flex; flex-direction: column; height: 100vh; height: 100dvh }
rapi-doc { flex: 1; min-height: 0; width: 100% }
`;
