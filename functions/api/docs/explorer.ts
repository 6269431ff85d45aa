import { openPage } from './layout.ts';

/**
 * The page to try calls from: RapiDoc over the OpenAPI document, with all of its parts from this host. The key that is
 * pasted there stays in the page.
 */
export const explorer = `${openPage('/docs/api', 'Try it', 'explorer.css', '<script type="module" src="/docs/rapidoc.js"></script>\n<script type="module" src="/docs/explorer.js"></script>\n')}<rapi-doc spec-url="/openapi.json" render-style="focused" primary-color="#0f766e"
  show-header="false" allow-spec-url-load="false" allow-spec-file-load="false" load-fonts="false"
  regular-font="system-ui, sans-serif" mono-font="ui-monospace, monospace" persist-auth="false"
  schema-style="table" show-method-in-nav-bar="as-colored-text" use-path-in-nav-bar="false">
  <p slot="overview">Paste an API key under <em>Authentication</em> to try a call from here.
    On a small screen, or without JavaScript: <a href="/docs/reference">all routes with examples</a>.</p>
</rapi-doc>
</body>
</html>
`;

/** Makes RapiDoc as light or dark as the reader's system is. */
export const explorerScript = `const dark = matchMedia('(prefers-color-scheme: dark)');
const page = document.querySelector('rapi-doc');
const paint = () => {
  page.setAttribute('theme', dark.matches ? 'dark' : 'light');
  page.setAttribute('bg-color', dark.matches ? '#111918' : '#ffffff');
  page.setAttribute('text-color', dark.matches ? '#e2e9e7' : '#1c2726');
};
dark.addEventListener('change', paint);
paint();
`;
