// Live bytes of the heap, which libFuzzer's own limit (resident pages of the whole process) cannot tell from its corpus.
#pragma once
#include <stddef.h>

/// Starts counting; what is live now counts as nothing.
void fuzz_memory_start(void);
/// Stops counting. The most bytes that were live at once.
size_t fuzz_memory_peak(void);
/// Processor time of this process in milliseconds: other processes on the machine do not make a hang.
long fuzz_milliseconds(void);
