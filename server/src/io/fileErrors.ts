// Why a file or folder could not be opened, for the list of what was skipped.

export function describeFileError(error: unknown, path: string): string {
  const code = (error as NodeJS.ErrnoException).code;
  // Node hands out such a name with U+FFFD in the place of its bytes, and then finds no file of that name.
  if (code === 'ENOENT' && path.includes('\ufffd'))
    return 'its name is not valid UTF-8; rename it to read it';
  return code ?? String(error);
}
