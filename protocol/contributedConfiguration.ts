// Turns the table of settings into the manifest's `contributes.configuration` and the list of settings
// that a workspace without trust must not set. A test compares the result with package.json.

import { type SettingDefinition, settingDefinitions } from './settings.ts';

export interface ContributedProperty {
  readonly type: string;
  readonly default: boolean | string | number;
  readonly scope: string;
  readonly enum?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly order: number;
  readonly markdownDescription: string;
}

export interface ContributedConfiguration {
  readonly title: string;
  readonly properties: Readonly<Record<string, ContributedProperty>>;
}

export function toContributedConfiguration(): ContributedConfiguration {
  return {
    title: 'Marginalia',
    properties: Object.fromEntries(
      settingDefinitions.map((definition, order) => [definition.key, toProperty(definition, order)]),
    ),
  };
}

export function restrictedSettings(): readonly string[] {
  return settingDefinitions.filter((one) => one.restricted).map((one) => one.key);
}

function toProperty(definition: SettingDefinition, order: number): ContributedProperty {
  const { description, restricted: _, key: _key, enum: values, ...schema } = definition;
  return {
    ...schema,
    ...(values && {
      enum: values,
      markdownEnumDescriptions: values.map((value) => `%${enumDescription(definition, value)}%`),
    }),
    order,
    markdownDescription: `%${description}%`,
  };
}

/** Levels mean the same for every finding, so they share one set of descriptions. */
function enumDescription(definition: SettingDefinition, value: string): string {
  return definition.key.endsWith('.level') ? `level.${value}` : `${definition.description}.${value}`;
}
