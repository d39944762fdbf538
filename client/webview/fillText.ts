// `fillText('{0} in {1}', 3, 'a.ts')` is `3 in a.ts`; numbers get the separators of the user's language.

export function fillText(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (place, index: string) => {
    const value = values[Number(index)];
    if (value === undefined) return place;
    return typeof value === 'number' ? value.toLocaleString() : value;
  });
}

/** A calibrated probability for people; never claims certainty. */
export function percentText(probability: number): string {
  const percent = Math.round(probability * 100);
  if (percent >= 100) return '> 99 %';
  return percent < 1 ? '< 1 %' : `${percent} %`;
}
