// A team's index as a user connects it: the command, a connection string, and search that goes on. The database is
// PostgreSQL itself, compiled to WebAssembly, behind a real socket.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { after, afterEach, before, describe, it } from 'mocha';
import type { FrameLocator, Locator } from 'playwright-core';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('A team index', () => {
  let database: PGlite;
  let server: PGLiteSocketServer;
  let workbench: Workbench;
  let view: FrameLocator;
  let input: Locator;
  before(async () => {
    database = await PGlite.create({ extensions: { vector } });
    server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port: 0, maxConnections: 20 });
    await server.start();
    workbench = await openWorkbench();
    await workbench.page
      .locator('.activitybar [aria-label^="Marginalia"]')
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.runCommand('Marginalia: Open Search View');
    view = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    input = workbench.page.locator('.quick-input-widget:visible input').first();
    await view.locator('.footer', { hasText: /\d+ passages/ }).waitFor({ timeout: 60_000 });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench.screenshot(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`.slice(0, 80));
    }
  });
  after(async () => {
    await workbench?.stop();
    await server?.stop();
    await database?.close();
  });

  /** The view has the folder's own passages until the team's index has them: only the database says when that is so. */
  const untilDatabaseHolds = async (placeCount: number) => {
    for (const endMs = Date.now() + 60_000; Date.now() < endMs; await delay(200)) {
      const { rows } = await database.query<{ made: boolean }>(
        `SELECT to_regclass('marginalia.places') IS NOT NULL AS made`,
      );
      if (!rows[0]?.made) continue;
      const counts = await database.query<{ n: number }>(
        'SELECT count(*)::integer AS n FROM marginalia.places',
      );
      if (counts.rows[0]!.n > placeCount) return;
    }
    assert.fail(`the database has no more than ${placeCount} places after a minute`);
  };
  const findsWater = async () => {
    await view.locator('input').fill('height water');
    await view
      .locator('.passage', { hasText: 'Height of the water at one moment' })
      .waitFor({ timeout: 60_000 });
  };

  it('is asked for as a secret, and what is no connection string is not taken', async () => {
    await workbench.runCommand('Marginalia: Connect Team Index…');
    await input.waitFor();
    assert.equal(await input.getAttribute('type'), 'password');
    await input.fill('localhost:5432');
    await workbench.page.locator('.quick-input-message', { hasText: 'begins with postgres://' }).waitFor();
    await workbench.screenshot('team-index-input');
  });

  it('takes the passages of the folder, and they are found', async () => {
    const port = server.getServerConn().split(':')[1];
    await input.fill(`postgres://postgres:secret@127.0.0.1:${port}/postgres`);
    await workbench.page.keyboard.press('Enter');
    await untilDatabaseHolds(20);
    await view.locator('.footer', { hasText: /\d+ passages/ }).waitFor({ timeout: 60_000 });
    await findsWater();
    await workbench.screenshot('team-index-connected');
  });

  it('that cannot be reached is said in the view', async () => {
    await workbench.runCommand('Marginalia: Connect Team Index…');
    await input.waitFor();
    await input.fill('postgres://postgres:secret@127.0.0.1:1/postgres');
    await workbench.page.keyboard.press('Enter');
    await view
      .locator('.footer', { hasText: 'database of the team index does not answer' })
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.screenshot('team-index-unreachable');
  });

  it('is left again, and the folder has its own index', async () => {
    await workbench.runCommand('Marginalia: Disconnect Team Index');
    await findsWater();
  });
});
