// zlib's inflateInit2 is a macro, which Swift cannot call.
#pragma once
#include <string.h>
#include <zlib.h>

static inline int sesscli_inflate_init(z_streamp stream, int window_bits) {
  memset(stream, 0, sizeof *stream);
  return inflateInit2(stream, window_bits);
}
