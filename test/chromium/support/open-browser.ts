import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { inject } from 'vitest';

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A visitor's browser that does not call itself headless, which would make it a bot. */
export const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

/** Starts Chromium. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: inject('chromium'), args });
}

/** Starts a Chromium of its own whose user has forbidden that sites keep anything: cookies and storage throw or vanish. */
export async function openForgetfulBrowser(): Promise<{ context: BrowserContext; end(): Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'plusone-profile-'));
  mkdirSync(join(profile, 'Default'));
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(settings));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: inject('chromium'),
    args,
    userAgent,
  });
  const end = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, end };
}
