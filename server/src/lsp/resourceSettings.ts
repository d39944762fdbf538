// Settings as the server sees them: asked from the client for each resource, checked, and kept only until the
// client says that something changed. Clients that cannot answer get the defaults, or what they sent at the start.

import type { Connection } from 'vscode-languageserver';
import { readSettings, type Settings } from '../../../protocol/settings.ts';
import type { FindingRules } from '../engine/findings/finding.ts';
import type { Logger } from '../engine/log.ts';
import { describeError } from './guard.ts';

export interface ResourceSettings {
  /** For one document; `undefined` asks for what holds for the whole window. */
  get(uri: string | undefined): Promise<Settings>;
  /** Forgets one document's settings, as it was closed. */
  forget(uri: string): void;
  /** Forgets everything; `pushed` is the section that a client without requests sends along. */
  clear(pushed?: unknown): void;
}

export interface ResourceSettingsOptions {
  /** Undefined where the client does not answer `workspace/configuration`. */
  readonly connection: Pick<Connection, 'workspace'> | undefined;
  readonly initial: unknown;
  readonly logger: Logger;
}

export function createResourceSettings(options: ResourceSettingsOptions): ResourceSettings {
  const cache = new Map<string, Promise<Settings>>();
  const reported = new Set<string>();
  let pushed = options.initial;

  const load = async (uri: string | undefined): Promise<Settings> => {
    const section = options.connection ? await ask(options.connection, uri, options.logger) : pushed;
    const { settings, problems } = readSettings(section);
    for (const problem of problems) {
      const line = `Setting ${problem.key} is ${problem.found}, expected ${problem.expected}; using the default.`;
      if (!reported.has(line)) options.logger.log('warn', line);
      reported.add(line);
    }
    return settings;
  };

  return {
    get(uri) {
      const key = uri ?? '';
      let settings = cache.get(key);
      if (!settings) {
        settings = load(uri);
        cache.set(key, settings);
      }
      return settings;
    },
    forget(uri) {
      cache.delete(uri);
    },
    clear(section) {
      if (section !== undefined) pushed = section;
      cache.clear();
      reported.clear();
    },
  };
}

/** Settings of findings as the rules that the findings station takes. */
export function toFindingRules(settings: Settings): FindingRules {
  const rule = (code: keyof FindingRules) => ({
    level: settings.findings[code].level,
    minimumScore: settings.findings[code].minimumConfidence,
  });
  return {
    debt: rule('debt'),
    'commented-out-code': rule('commented-out-code'),
    'deprecated-without-alternative': rule('deprecated-without-alternative'),
  };
}

async function ask(
  connection: Pick<Connection, 'workspace'>,
  uri: string | undefined,
  logger: Logger,
): Promise<unknown> {
  try {
    return await connection.workspace.getConfiguration(
      uri === undefined ? { section: 'marginalia' } : { scopeUri: uri, section: 'marginalia' },
    );
  } catch (error) {
    logger.log('warn', 'The client did not answer a request for settings; using defaults.', {
      uri,
      ...describeError(error),
    });
    return undefined;
  }
}
