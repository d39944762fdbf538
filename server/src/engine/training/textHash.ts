// A number for a text that is the same in every run and on every machine: decides which texts are held back or sampled,
// so that neither the order of a file nor a new row moves any other text.

/** In [0, 1); equal texts, equal numbers. `salt` gives independent numbers for different purposes. */
export function hashToUnit(text: string, salt: number): number {
  let a = 0x811c9dc5 ^ salt;
  let b = 0x9e3779b9 ^ salt;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b);
    b ^= b >>> 13;
  }
  a = Math.imul(a ^ (b >>> 15), 0x21f0aaad);
  a = Math.imul(a ^ (a >>> 15), 0x735a2d97);
  return ((a ^ (a >>> 15)) >>> 0) * 2 ** -32;
}
