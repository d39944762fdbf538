// What gestures on the page can do: change what the page shows, or ask the extension host.

import type { FromFineTunePanel } from '../../../protocol/fineTunePanelMessages.ts';
import type { PageState } from './pageState.ts';

export interface PageActions {
  send(message: FromFineTunePanel): void;
  change(patch: Partial<PageState>): void;
}
