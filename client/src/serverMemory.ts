// How the server's process keeps memory on Linux. glibc gives each thread a heap of its own and learns to keep large
// blocks there, where little of what was freed comes back: reading an index left 110 MB behind, with these 10.
// Read once by malloc when the process starts; other systems ignore them.

export const memoryEnvironment: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '262144',
};
