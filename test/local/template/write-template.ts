import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes a `cdk.out` with one stack of the given template and an asset `CODE.zip`. */
export const writeTemplate = (template: Record<string, unknown>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'plusone-template-'));
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  mkdirSync(join(folder, 'asset.CODE'));
  write('manifest.json', {
    artifacts: {
      'App.assets': { type: 'cdk:asset-manifest', properties: { file: 'App.assets.json' } },
      App: { type: 'aws:cloudformation:stack', properties: { templateFile: 'App.template.json' } },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  });
  write('App.assets.json', {
    files: {
      CODE: {
        source: { path: 'asset.CODE', packaging: 'zip' },
        destinations: { here: { bucketName: 'b', objectKey: 'CODE.zip' } },
      },
    },
  });
  write('App.template.json', template);
  return folder;
};
