// config.json says in which precision the weights are stored, and Hugging Face transformers loads them so: where the
// precision changes, the word has to change with it. In: the file's bytes. Out: the bytes to store.

/** Of transformers 4 and of 5. */
const keys = ['torch_dtype', 'dtype'];

const names = { F16: 'float16', F32: 'float32' } as const;

export function withWeightType(config: Uint8Array, type: keyof typeof names): Uint8Array {
  const values = JSON.parse(new TextDecoder().decode(config)) as Record<string, unknown>;
  const said = keys.filter((key) => key in values);
  if (said.every((key) => values[key] === names[type])) return config;
  for (const key of said) values[key] = names[type];
  return new TextEncoder().encode(`${JSON.stringify(values, undefined, 2)}\n`);
}
