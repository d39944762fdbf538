// Answers `marginalia/controlIndex` and `marginalia/skippedFiles`: what a person does with the index, and why it
// does not know a file.

import type {
  ControlIndexParams,
  SkippedFilesParams,
  SkippedFilesResponse,
} from '../../../../protocol/searchRequests.ts';
import type { HandlerContext } from './context.ts';

export function createControlIndexHandler({ indexes }: HandlerContext) {
  return async ({ action }: ControlIndexParams): Promise<null> => {
    switch (action) {
      case 'rebuild':
        await indexes.rebuild();
        return null;
      case 'pause':
        indexes.pause();
        return null;
      case 'resume':
        indexes.resume();
        return null;
      default:
        throw new Error(`There is no action "${String(action)}". Use rebuild, pause or resume.`);
    }
  };
}

export function createSkippedFilesHandler({ indexes }: HandlerContext) {
  return async ({ root }: SkippedFilesParams): Promise<SkippedFilesResponse> => {
    const wanted = indexes.open.filter(({ folder }) => root === undefined || folder.uri === root);
    const folders = await Promise.all(
      wanted.map(async ({ folder, index }) => ({
        root: folder.uri,
        name: folder.name,
        files: await index.skippedFiles(),
      })),
    );
    return { folders };
  };
}
