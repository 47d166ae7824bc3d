// hiredis 0.14 (Debian 12) and 1.x differ in the types of their reader's callbacks: `createArray` takes an int or a
// size_t, and 1.x adds doubles and booleans. Swift sees one set of callbacks, whichever is installed.
#pragma once
#include <hiredis/hiredis.h>
#include <hiredis/sds.h>
#include <stdlib.h>

// What Swift implements. `depth` is 0 for a reply itself, 1 for its elements; `index` counts among siblings.
typedef struct {
  void (*string)(void *sink, int type, int depth, long index, const char *bytes, size_t count);
  void (*array)(void *sink, int type, int depth, long index, long long count);
  void (*integer)(void *sink, int depth, long index, long long value);
  void (*nil)(void *sink, int depth, long index);
} sesscli_callbacks;

typedef struct {
  sesscli_callbacks callbacks;
  void *sink;
  const redisReader *reader;
  // Set when a reply was refused because its arrays are nested too deeply.
  int is_too_deep;
} sesscli_sink;

// Levels of arrays. hiredis 0.14 allows 7 and 1.0 allows 9, later ones as many as memory holds.
enum { sesscli_depth_limit = 128 };

// The depth of the element that the reader is at: the place of its task in the reader's stack.
static inline int sesscli_depth(const sesscli_sink *s) { return s->reader->ridx; }

// Every callback answers with a pointer that is not null, which hiredis takes for "out of memory". Nothing is built.
static void *sesscli_string(const redisReadTask *task, char *bytes, size_t count) {
  sesscli_sink *s = task->privdata;
  s->callbacks.string(s->sink, task->type, sesscli_depth(s), task->idx, bytes, count);
  return s;
}
#if HIREDIS_MAJOR >= 1
static void *sesscli_array(const redisReadTask *task, size_t count) {
#else
static void *sesscli_array(const redisReadTask *task, int count) {
#endif
  sesscli_sink *s = task->privdata;
  if (sesscli_depth(s) >= sesscli_depth_limit) {
    s->is_too_deep = 1;
    return NULL;
  }
  s->callbacks.array(s->sink, task->type, sesscli_depth(s), task->idx, (long long)count);
  return s;
}
static void *sesscli_integer(const redisReadTask *task, long long value) {
  sesscli_sink *s = task->privdata;
  s->callbacks.integer(s->sink, sesscli_depth(s), task->idx, value);
  return s;
}
static void *sesscli_nil(const redisReadTask *task) {
  sesscli_sink *s = task->privdata;
  s->callbacks.nil(s->sink, sesscli_depth(s), task->idx);
  return s;
}
#if HIREDIS_MAJOR >= 1
static void *sesscli_double(const redisReadTask *task, double value, char *text, size_t count) {
  (void)value;
  return sesscli_string(task, text, count);
}
static void *sesscli_bool(const redisReadTask *task, int value) {
  sesscli_sink *s = task->privdata;
  s->callbacks.integer(s->sink, sesscli_depth(s), task->idx, value);
  return s;
}
#endif
static void sesscli_free(void *object) { (void)object; }

static redisReplyObjectFunctions sesscli_functions = {
  .createString = sesscli_string,
  .createArray = sesscli_array,
  .createInteger = sesscli_integer,
#if HIREDIS_MAJOR >= 1
  .createDouble = sesscli_double,
  .createBool = sesscli_bool,
#endif
  .createNil = sesscli_nil,
  .freeObject = sesscli_free,
};

// A reader that hands every element to `sink` as soon as it is parsed. `sink` must outlive the reader.
static inline redisReader *sesscli_reader(sesscli_sink *sink) {
  redisReader *reader = redisReaderCreateWithFunctions(&sesscli_functions);
  if (reader) reader->privdata = sink;
  sink->reader = reader;
  return reader;
}

// Bytes fed to the reader that it could not parse yet.
static inline size_t sesscli_pending(const redisReader *reader) { return reader->len - reader->pos; }

// Whether elements of an array are still to come.
static inline int sesscli_in_array(const redisReader *reader) { return reader->ridx > 0; }

// Whether those bytes are an unfinished line (a status, an error, a number or a length) rather than a bulk's body:
// a line is short, so a long unfinished one is not Redis.
static inline int sesscli_in_line(const redisReader *reader) {
#if HIREDIS_MAJOR >= 1
  int type = reader->ridx >= 0 ? reader->task[reader->ridx]->type : -1;
#else
  int type = reader->ridx >= 0 ? reader->rstack[reader->ridx].type : -1;
#endif
  if (type != REDIS_REPLY_STRING) return type > 0;
  size_t left = sesscli_pending(reader);
  const char *at = reader->buf + reader->pos;
  for (size_t i = 0; i < left && i < 32; i++)
    if (at[i] == '\n') return 0;
  return left >= 32;
}
