/** The documentation page: RapiDoc over the OpenAPI document, with all of its parts from this host. */
export const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Plusone API</title>
  <script type="module" src="/docs/rapidoc.js"></script>
  <style>body { margin: 0 }</style>
</head>
<body>
  <rapi-doc spec-url="/openapi.json" render-style="focused" theme="light" primary-color="#0f766e"
    show-header="false" allow-spec-url-load="false" allow-spec-file-load="false" load-fonts="false"
    regular-font="system-ui, sans-serif" mono-font="ui-monospace, monospace" persist-auth="false"
    schema-style="table" show-method-in-nav-bar="as-colored-text" use-path-in-nav-bar="false">
    <p slot="overview">Paste an API key under <em>Authentication</em> to try a call from here.</p>
  </rapi-doc>
</body>
</html>
`;
