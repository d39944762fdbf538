// Whether one place meets a filter: a text may stand at several places of which only some are wanted.
// In: a filter. Out: a test of places. Labels belong to texts and were asked of the storage already.

import type { Place, PlaceFilter } from '../storage.ts';

export function createPlaceTest(filter: PlaceFilter | undefined): (place: Place) => boolean {
  const { languages, kinds, paths, notPaths, files } = filter ?? {};
  const named = files && new Set(files);
  const wanted = paths?.map(createPathTest);
  const unwanted = notPaths?.map(createPathTest);
  return (place) =>
    (languages?.includes(place.language) ?? true) &&
    (kinds?.includes(place.kind) ?? true) &&
    (named?.has(place.file) ?? true) &&
    (wanted?.some((test) => test(place.file)) ?? true) &&
    !unwanted?.some((test) => test(place.file));
}

/** `src/` is any part of a path; with `*` or `?` the pattern may begin at any folder and means the path to its end. */
export function createPathTest(path: string): (file: string) => boolean {
  const lower = path.toLowerCase();
  if (!/[*?]/.test(lower)) return (file) => `/${file}`.toLowerCase().includes(lower);
  const start = lower.startsWith('/') ? '^' : '(?:^|/)';
  const rest = lower
    .replace(/^\*\*\//, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`${start}${rest}$`, 's');
  return (file) => pattern.test(`/${file}`.toLowerCase());
}
