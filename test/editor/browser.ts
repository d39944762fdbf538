// The browser that shows the workbench to the editor suites: headless, with a profile of its own, and unable
// to reach anything but the workbench. In: the workbench's authority. Out: a page, and what it tried to reach.

import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';

export interface Browser {
  readonly page: Page;
  /** Origins outside 127.0.0.1 that the page asked for; every such request was aborted. */
  readonly refusedOrigins: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface BrowserOptions {
  /** Host and port of the workbench: the only place that requests may go to. */
  readonly authority: string;
  readonly profileFolder: string;
}

export async function openBrowser({ authority, profileFolder }: BrowserOptions): Promise<Browser> {
  const context = await chromium.launchPersistentContext(profileFolder, {
    executablePath: findChromium(),
    headless: true,
    viewport: { width: 1280, height: 800 },
    // 2 makes the pictures of docs/images; the suites need no more than they look at.
    deviceScaleFactor: Number(process.env.MARGINALIA_SCREENSHOT_SCALE ?? 1),
    // Chromium refuses its sandbox to root, which a container's user usually is. It opens only our own pages.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const refusedOrigins = await keepAtHome(context, authority);
    const page = context.pages()[0] ?? (await context.newPage());
    // A cold workbench on a busy machine takes more than the half minute of the browser's own limit.
    page.setDefaultNavigationTimeout(120_000);
    return { page, refusedOrigins, close: () => context.close() };
  } catch (error) {
    await context.close();
    throw error;
  }
}

async function keepAtHome(context: BrowserContext, authority: string): Promise<ReadonlySet<string>> {
  const refusedOrigins = new Set<string>();
  await context.route(
    (url) => url.protocol.startsWith('http') && url.host !== authority,
    (route) => {
      refusedOrigins.add(new URL(route.request().url()).origin);
      return route.abort();
    },
  );
  return refusedOrigins;
}
