// Reads parsed JSON of a tokenizer file field by field. A wrong type becomes one clear `modelCorrupt` error that
// names the field, instead of an exception somewhere later.

import { EngineError } from '../errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A file of a model folder that does not hold what it should. */
export function corrupt(what: string): EngineError {
  return new EngineError('modelCorrupt', `${what}. Download or export the model again.`);
}

export function parseJson(bytes: Uint8Array, fileName: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new EngineError(
      'modelCorrupt',
      `${fileName} is not valid JSON. Download or export the model again.`,
      {
        cause: error,
      },
    );
  }
  return asObject(value, fileName);
}

/** Deeper nesting of steps is no real file. */
const maxDepth = 16;

/** The configured step and its type: what every kind of step has in common. */
export function readStep(
  value: unknown,
  what: string,
): { readonly config: JsonObject; readonly type: string } {
  const config = asObject(value, `The ${what} of the tokenizer`);
  return { config, type: asString(config.type, `The type of the ${what}`) };
}

/** The steps of a `Sequence`, each made one level deeper. */
export function readSequence<Step>(
  list: unknown,
  what: string,
  depth: number,
  create: (value: unknown, depth: number) => Step,
): Step[] {
  if (depth >= maxDepth) throw corrupt(`The ${what}s of the tokenizer are nested too deeply`);
  return asArray(list, `The list of ${what}s`).map((step) => create(step, depth + 1));
}

export function unsupportedStep(what: string, type: string): EngineError {
  return new EngineError(
    'modelUnsupported',
    `The tokenizer uses the ${what} ${JSON.stringify(type)}, which is not supported. Use another model.`,
  );
}

export function asObject(value: unknown, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw corrupt(`${where} is not an object`);
  return value as JsonObject;
}

export function asArray(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw corrupt(`${where} is not a list`);
  return value;
}

export function asString(value: unknown, where: string): string {
  if (typeof value !== 'string') throw corrupt(`${where} is not a string`);
  return value;
}

/** `undefined` and `null` give `fallback`. */
export function optionalString(value: unknown, where: string, fallback: string): string {
  return value === undefined || value === null ? fallback : asString(value, where);
}

export function optionalBoolean(value: unknown, where: string, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'boolean') throw corrupt(`${where} is not true or false`);
  return value;
}

/** A whole number from `minimum` to 2^31 - 1. */
export function asCount(value: unknown, where: string, minimum: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > 0x7fffffff) {
    throw corrupt(`${where} is not a whole number from ${minimum} up`);
  }
  return value;
}

export function asFiniteNumber(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw corrupt(`${where} is not a finite number`);
  return value;
}
