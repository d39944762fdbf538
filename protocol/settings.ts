// The one definition of every setting: what package.json contributes, what the server reads and what the
// documentation lists follow from the table below. In: what a client answers to `workspace/configuration`
// for the section `marginalia`, of any shape. Out: complete, checked values; a wrong value falls back to its
// default and is reported, never thrown. To add a setting: a row below, its texts in package.nls.json and
// package.nls.zh-cn.json, then `UPDATE_GOLDEN=1 npx mocha test/client/manifest.test.ts` writes the manifest.

export type SettingScope = 'machine' | 'window' | 'resource';

export interface SettingDefinition {
  readonly key: string;
  readonly type: 'boolean' | 'string' | 'integer' | 'number';
  readonly default: boolean | string | number;
  /** `machine`: one value for the computer, never taken from a workspace; `resource`: may differ by folder. */
  readonly scope: SettingScope;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Key in package.nls.json; `<key>.<value>` describes each value of `enum`. */
  readonly description: string;
  /** True where a workspace that is not trusted must not set it. */
  readonly restricted?: boolean;
}

/** Codes of findings that have a level and a confidence of their own; stable, see docs/FINDINGS.md. */
export const findingCodes = ['debt', 'commented-out-code', 'deprecated-without-alternative'] as const;
export type FindingCodeSetting = (typeof findingCodes)[number];

export const findingLevels = ['error', 'warning', 'information', 'hint', 'off'] as const;
export type FindingLevelSetting = (typeof findingLevels)[number];

export const deviceSettings = ['auto', 'cpu', 'wasm', 'coreml', 'directml', 'cuda', 'webgpu'] as const;
export type DeviceSetting = (typeof deviceSettings)[number];

export interface FindingSettings {
  readonly level: FindingLevelSetting;
  /** Calibrated probability, 0 to 1, below which a finding stays silent. */
  readonly minimumConfidence: number;
}

/** Every setting with a valid value. */
export interface Settings {
  readonly enable: boolean;
  readonly model: {
    /** A model folder; empty: the one that is shipped. */
    readonly path: string;
    /** Encoder layers to run; undefined: as the model advises; `auto`: as many as each text needs for its labels. */
    readonly depth: number | 'auto' | undefined;
    /** What computes; `auto` finds out. */
    readonly device: DeviceSetting;
  };
  /** Threads of one inference; 0: chosen by the engine. */
  readonly threads: number;
  readonly findings: Readonly<Record<FindingCodeSetting, FindingSettings>>;
  readonly hover: { readonly enable: boolean };
  readonly files: { readonly maxSizeKB: number };
  readonly search: {
    /** Keep an index of the workspace folder. */
    readonly enable: boolean;
    readonly codeLens: boolean;
    readonly workspaceSymbols: boolean;
    /** Do not let the model read in the background while the machine runs on its battery. */
    readonly pauseOnBattery: boolean;
  };
}

export interface SettingProblem {
  readonly key: string;
  /** What was found, as JSON, cut to a readable length. */
  readonly found: string;
  readonly expected: string;
}

const defaultFindings: Readonly<Record<FindingCodeSetting, FindingSettings>> = {
  debt: { level: 'information', minimumConfidence: 0.6 },
  'commented-out-code': { level: 'information', minimumConfidence: 0.6 },
  'deprecated-without-alternative': { level: 'warning', minimumConfidence: 0.6 },
};

/** All settings, in the order in which the settings editor shows them. */
export const settingDefinitions: readonly SettingDefinition[] = [
  {
    key: 'marginalia.enable',
    type: 'boolean',
    default: true,
    scope: 'resource',
    description: 'setting.enable',
  },
  {
    key: 'marginalia.hover.enable',
    type: 'boolean',
    default: true,
    scope: 'resource',
    description: 'setting.hover.enable',
  },
  ...findingCodes.flatMap((code): SettingDefinition[] => [
    {
      key: `marginalia.findings.${code}.level`,
      type: 'string',
      default: defaultFindings[code].level,
      scope: 'resource',
      enum: findingLevels,
      description: `setting.findings.${code}.level`,
    },
    {
      key: `marginalia.findings.${code}.minimumConfidence`,
      type: 'number',
      default: defaultFindings[code].minimumConfidence,
      scope: 'resource',
      minimum: 0,
      maximum: 1,
      description: `setting.findings.${code}.minimumConfidence`,
    },
  ]),
  {
    key: 'marginalia.search.enable',
    type: 'boolean',
    default: true,
    scope: 'resource',
    description: 'setting.search.enable',
  },
  {
    key: 'marginalia.search.codeLens',
    type: 'boolean',
    default: false,
    scope: 'resource',
    description: 'setting.search.codeLens',
  },
  {
    key: 'marginalia.search.workspaceSymbols',
    type: 'boolean',
    default: false,
    scope: 'window',
    description: 'setting.search.workspaceSymbols',
  },
  {
    key: 'marginalia.search.pauseOnBattery',
    type: 'boolean',
    default: false,
    scope: 'window',
    description: 'setting.search.pauseOnBattery',
  },
  {
    key: 'marginalia.model.path',
    type: 'string',
    default: '',
    scope: 'machine',
    description: 'setting.model.path',
    restricted: true,
  },
  {
    key: 'marginalia.model.depth',
    type: 'string',
    default: 'full',
    scope: 'resource',
    enum: ['full', 'auto', '3', '4', '6'],
    description: 'setting.model.depth',
  },
  {
    key: 'marginalia.model.device',
    type: 'string',
    default: 'auto',
    scope: 'machine',
    enum: deviceSettings,
    description: 'setting.model.device',
  },
  {
    key: 'marginalia.threads',
    type: 'integer',
    default: 0,
    scope: 'machine',
    minimum: 0,
    maximum: 64,
    description: 'setting.threads',
  },
  {
    key: 'marginalia.files.maxSizeKB',
    type: 'integer',
    default: 1024,
    scope: 'resource',
    minimum: 1,
    maximum: 102400,
    description: 'setting.files.maxSizeKB',
  },
  {
    key: 'marginalia.trace.server',
    type: 'string',
    default: 'off',
    scope: 'window',
    enum: ['off', 'messages', 'verbose'],
    description: 'setting.trace.server',
  },
];

/**
 * Reads the section `marginalia` as a client answers it: nested objects, flat dotted keys, or nothing at all.
 * `readSettings({ findings: { debt: { level: 'off' } } }).settings.findings.debt.level` is `'off'`.
 */
export function readSettings(section: unknown): {
  readonly settings: Settings;
  readonly problems: readonly SettingProblem[];
} {
  const problems: SettingProblem[] = [];
  const read = (key: string): boolean | string | number => {
    const definition = definitionOf(`marginalia.${key}`);
    const found = lookUp(section, key);
    if (found === undefined || found === null) return definition.default;
    const value = accept(definition, found);
    if (value !== undefined) return value;
    problems.push({
      key: definition.key,
      found: (JSON.stringify(found) ?? 'undefined').slice(0, 60),
      expected: expectationOf(definition),
    });
    return definition.default;
  };
  const finding = (code: FindingCodeSetting): FindingSettings => ({
    level: read(`findings.${code}.level`) as FindingLevelSetting,
    minimumConfidence: read(`findings.${code}.minimumConfidence`) as number,
  });
  const toDepth = (depth: string) =>
    depth === 'full' ? undefined : depth === 'auto' ? depth : Number(depth);
  const settings: Settings = {
    enable: read('enable') as boolean,
    model: {
      path: (read('model.path') as string).trim(),
      depth: toDepth(read('model.depth') as string),
      device: read('model.device') as DeviceSetting,
    },
    threads: read('threads') as number,
    findings: {
      debt: finding('debt'),
      'commented-out-code': finding('commented-out-code'),
      'deprecated-without-alternative': finding('deprecated-without-alternative'),
    },
    hover: { enable: read('hover.enable') as boolean },
    files: { maxSizeKB: read('files.maxSizeKB') as number },
    search: {
      enable: read('search.enable') as boolean,
      codeLens: read('search.codeLens') as boolean,
      workspaceSymbols: read('search.workspaceSymbols') as boolean,
      pauseOnBattery: read('search.pauseOnBattery') as boolean,
    },
  };
  return { settings, problems };
}

function definitionOf(key: string): SettingDefinition {
  const definition = settingDefinitions.find((one) => one.key === key);
  if (!definition) throw new Error(`No setting is called ${key}; add it to settingDefinitions.`);
  return definition;
}

/** Finds `a.b.c` in `{a: {b: {c}}}`, `{'a.b.c'}` and every mixture; finding codes hold no dots. */
function lookUp(section: unknown, key: string): unknown {
  if (typeof section !== 'object' || section === null) return undefined;
  const fields = section as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(fields, key)) return fields[key];
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
    const head = key.slice(0, dot);
    if (!Object.hasOwn(fields, head)) continue;
    const found = lookUp(fields[head], key.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value, or undefined where it is not what the definition asks for. Numbers may stand for texts: `6` is `'6'`. */
function accept(definition: SettingDefinition, found: unknown): boolean | string | number | undefined {
  switch (definition.type) {
    case 'boolean':
      return typeof found === 'boolean' ? found : undefined;
    case 'string': {
      const text = typeof found === 'number' ? String(found) : found;
      if (typeof text !== 'string') return undefined;
      return definition.enum && !definition.enum.includes(text) ? undefined : text;
    }
    case 'integer':
    case 'number': {
      if (typeof found !== 'number' || !Number.isFinite(found)) return undefined;
      if (definition.type === 'integer' && !Number.isInteger(found)) return undefined;
      if (definition.minimum !== undefined && found < definition.minimum) return undefined;
      return definition.maximum !== undefined && found > definition.maximum ? undefined : found;
    }
  }
}

function expectationOf(definition: SettingDefinition): string {
  if (definition.enum) return `one of ${definition.enum.join(', ')}`;
  if (definition.minimum === undefined) return `${article(definition)} ${definition.type}`;
  return `${article(definition)} ${definition.type} from ${definition.minimum} to ${definition.maximum}`;
}

function article(definition: SettingDefinition): string {
  return definition.type === 'integer' ? 'an' : 'a';
}
