// A change of settings takes effect at once, for the folder it was made in and for no other.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from './eventually.ts';
import {
  closeEverything,
  codeOf,
  configure,
  diagnosticOn,
  diagnosticsOf,
  openFile,
} from './testWorkspace.ts';

const debtLevel = 'findings.debt.level';

describe('Settings', () => {
  afterEach(closeEverything);
  afterEach(async () => {
    await configure(debtLevel, undefined, 'harbour');
    await configure('enable', undefined, 'harbour');
  });

  it('change the severity of a code', async () => {
    const document = await openFile('harbour', 'collector/gauge.go');
    await diagnosticOn(document, 'debt', 'readings are lost');
    await configure(debtLevel, 'error', 'harbour');
    await eventually('an error', () => {
      const severities = diagnosticsOf(document.uri)
        .filter((one) => codeOf(one) === 'debt')
        .map((one) => one.severity);
      assert.ok(severities.length > 0);
      assert.ok(severities.every((severity) => severity === vscode.DiagnosticSeverity.Error));
      return true;
    });
  });

  it('switch a code off and on again', async () => {
    const document = await openFile('harbour', 'collector/gauge.go');
    await diagnosticOn(document, 'debt', 'readings are lost');
    await configure(debtLevel, 'off', 'harbour');
    await eventually('no debt', () => {
      assert.deepEqual(
        diagnosticsOf(document.uri).filter((one) => codeOf(one) === 'debt'),
        [],
      );
      return true;
    });
    await configure(debtLevel, undefined, 'harbour');
    await diagnosticOn(document, 'debt', 'readings are lost');
  });

  it('belong to a folder: the second folder of the workspace has its own level', async () => {
    const document = await openFile('quay', 'quay.py');
    const diagnostic = await diagnosticOn(document, 'debt', 'this is an ugly hack');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
  });

  it('switch a folder off without touching the other', async () => {
    const quay = await openFile('quay', 'quay.py');
    await diagnosticOn(quay, 'debt', 'this is an ugly hack');
    const document = await openFile('harbour', 'collector/gauge.go');
    await diagnosticOn(document, 'debt', 'readings are lost');
    await configure('enable', false, 'harbour');
    await eventually('silence in the folder', () => {
      assert.deepEqual(diagnosticsOf(document.uri), []);
      return true;
    });
    await diagnosticOn(await openFile('quay', 'quay.py'), 'debt', 'this is an ugly hack');
  });
});
