// The empty page of a webview: its script fills it. Only our own script and style may run in it, and it can reach nothing: no
// network, no inline script, no foreign frame.

import type * as vscode from 'vscode';

export interface PageFiles {
  readonly script: vscode.Uri;
  readonly style: vscode.Uri;
}

export function webviewHtml(webview: vscode.Webview, files: PageFiles, nonce: string): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${webview.asWebviewUri(files.style)}">
<title>Marginalia</title>
</head>
<body data-vscode-context='{"preventDefaultContextMenuItems": true}'>
<script nonce="${nonce}" src="${webview.asWebviewUri(files.script)}"></script>
</body>
</html>`;
}
