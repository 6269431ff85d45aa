import bowser from 'bowser';

/** What a user agent says of a device. */
export interface Agent {
  /** `desktop`, `mobile`, `tablet`, `tv` or `bot`. */
  readonly device?: string;
  /** Without version: `Chrome`. */
  readonly browser?: string;
  /** Without version: `Windows`. */
  readonly os?: string;
}

/**
 * Reads device, browser and operating system out of a user agent. What it does not say is left out. It takes about 0.1
 * ms, and three to ten the first time: so it is done where visits are shown or counted, not while a visitor waits.
 */
export function describeAgent(userAgent: string | undefined): Agent {
  if (userAgent === undefined || userAgent === '') return {};
  const { platform, browser, os } = bowser.parse(userAgent);
  return {
    ...(platform.type && { device: platform.type }),
    ...(isName(browser.name) && { browser: browser.name }),
    ...(isName(os.name) && { os: os.name }),
  };
}

/** Of a browser that it does not know, the package gives the beginning of the user agent. */
function isName(name: string | undefined): name is string {
  return name !== undefined && /^[\w .+-]{1,40}$/.test(name);
}
