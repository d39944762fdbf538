// Keeps the titles of the headings around the place where a prose reader stands.
// In: headings with their level as they come. Out: the path of titles, outermost first.

export class Sections {
  readonly #open: { level: number; title: string }[] = [];
  #path: readonly string[] = [];

  /** Titles around the current place, outermost first; the same array as long as no heading comes. */
  get path(): readonly string[] {
    return this.#path;
  }

  /** The titles around a heading of `level`; it becomes the innermost section itself. */
  enter(level: number, title: string): readonly string[] {
    while ((this.#open.at(-1)?.level ?? -1) >= level) this.#open.pop();
    const around = this.#open.map((section) => section.title);
    this.#open.push({ level, title });
    this.#path = [...around, title];
    return around;
  }
}
