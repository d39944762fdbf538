// The pages of our views may run nothing but their own script, and reach nothing.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { webviewHtml } from '../../client/src/webviewHtml.ts';

describe('the page of a view', () => {
  const webview = { cspSource: 'https://own.example', asWebviewUri: (uri: unknown) => uri };
  const files = { script: 'own:/search.js', style: 'own:/search.css' };
  const html = webviewHtml(webview as never, files as never, 'n0nce');

  it('has a policy that allows its script by nonce and its style by origin, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1];
    assert.deepEqual(policy?.split('; '), [
      "default-src 'none'",
      "script-src 'nonce-n0nce'",
      'style-src https://own.example',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('has one script and no code or style inside', () => {
    assert.deepEqual(html.match(/<script[^>]*>[^<]*/g), ['<script nonce="n0nce" src="own:/search.js">']);
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=/);
  });
});
