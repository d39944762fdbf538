// One document for a command that takes [PATH]: a file, or what comes on stdin. In: the command line.
// Out: a source file and the name by which its places are printed.

import path from 'node:path';
import { throwIfCancelled } from '../engine/cancellation.ts';
import { languageOfPath } from '../engine/engine.ts';
import { createSourceFile, type SourceFile } from '../engine/text/sourceFile.ts';
import type { FlagDescription, ParsedCommandLine } from './commandLine.ts';
import type { CliPorts } from './ports.ts';
import { UsageError } from './usageError.ts';

export const languageFlag: FlagDescription = {
  name: 'language',
  value: 'NAME',
  help: 'language of the document, as editors call it; default: by the name of the file, plain text for stdin',
};

/** What has no known language is read as plain text. */
const plainText = 'plaintext';

export async function readDocument(line: ParsedCommandLine, ports: CliPorts): Promise<SourceFile> {
  const [name, ...rest] = line.positionals;
  if (rest.length > 0)
    throw new UsageError(`Only one document can be read, and there are ${rest.length + 1}.`);
  const language = line.text('language');
  if (name === undefined || name === '-') {
    return createSourceFile({
      id: 'stdin',
      language: language ?? plainText,
      version: 0,
      text: await readAll(ports),
    });
  }
  const file = path.resolve(ports.workingFolder, name);
  if (!(await ports.pathExists(file))) throw new UsageError(`There is no file ${name}.`);
  const content = await ports.readSource(file);
  if ('skipped' in content) throw new UsageError(`${name} cannot be read: ${content.detail}.`);
  return createSourceFile({
    id: name,
    language: language ?? languageOfPath(file) ?? plainText,
    version: 0,
    text: content.text,
  });
}

/** As large as the largest file that is read. */
const maxBytes = 2 * 1024 * 1024;

async function readAll(ports: CliPorts): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let byteCount = 0;
  for await (const chunk of ports.readStdin()) {
    byteCount += chunk.byteLength;
    if (byteCount > maxBytes)
      throw new UsageError(`The input has more than ${maxBytes} bytes. Read it in parts.`);
    text += decoder.decode(chunk, { stream: true });
  }
  // Ctrl+C ends the input; what came before is not the document.
  throwIfCancelled(ports.cancellation);
  return text + decoder.decode();
}
