#include "memory.h"

#include <time.h>

extern size_t __sanitizer_get_allocated_size(const volatile void *pointer);

static int counting;
static long live, peak;

// The sanitizer calls these two, when they are defined, after each allocation and before each release.
void __sanitizer_malloc_hook(const volatile void *pointer, size_t size) {
  if (!counting || !pointer) return;
  live += (long)size;
  if (live > peak) peak = live;
}

void __sanitizer_free_hook(const volatile void *pointer) {
  if (counting && pointer) live -= (long)__sanitizer_get_allocated_size(pointer);
}

void fuzz_memory_start(void) {
  live = peak = 0;
  counting = 1;
}

size_t fuzz_memory_peak(void) {
  counting = 0;
  return (size_t)peak;
}

long fuzz_milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}
