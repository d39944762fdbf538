// The few largest of many scores, kept in a heap whose smallest stands on top.
// In: ids with scores, in any order. Out: at most `size` of them, greatest first; among equals the smaller id.

import type { TextScore } from '../storage.ts';

export interface TopList {
  /** Scores up to this need not be offered. */
  readonly floor: number;
  offer(id: number, score: number): void;
  take(): readonly TextScore[];
}

export function createTopList(size: number): TopList {
  const heap: TextScore[] = [];

  function sink(): void {
    for (let index = 0; ; ) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && heap[child]!.score < heap[least]!.score) least = child;
      }
      if (least === index) return;
      [heap[index], heap[least]] = [heap[least]!, heap[index]!];
      index = least;
    }
  }

  function rise(): void {
    for (let index = heap.length - 1; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (heap[parent]!.score <= heap[index]!.score) return;
      [heap[index], heap[parent]] = [heap[parent]!, heap[index]!];
      index = parent;
    }
  }

  return {
    get floor() {
      return size === 0
        ? Number.POSITIVE_INFINITY
        : heap.length < size
          ? Number.NEGATIVE_INFINITY
          : heap[0]!.score;
    },
    offer(id, score) {
      if (heap.length < size) {
        heap.push({ id, score });
        rise();
      } else if (size > 0 && score > heap[0]!.score) {
        heap[0] = { id, score };
        sink();
      }
    },
    take: () => [...heap].sort((left, right) => right.score - left.score || left.id - right.id),
  };
}
