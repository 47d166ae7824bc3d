// hiredis 0.14 (Debian 12) and 1.x differ: 1.x reads RESP3, counts in size_t and nests without bound, 0.14 reads RESP2
// and nests 7 deep. Swift sees one reader, whichever is installed.
#pragma once
#include <hiredis/hiredis.h>
#include <hiredis/sds.h>
#include <stdlib.h>
#include <string.h>

// The version of Redis' protocol up to which hiredis reads replies.
#if HIREDIS_MAJOR >= 1
enum { sesscli_protocol = 3 };
#else
enum { sesscli_protocol = 2 };
// The types of RESP3, which 0.14 does not know and so never reports.
#define REDIS_REPLY_DOUBLE 7
#define REDIS_REPLY_MAP 9
#define REDIS_REPLY_SET 10
#define REDIS_REPLY_PUSH 12
#define REDIS_REPLY_BIGNUM 13
#define REDIS_REPLY_VERB 14
#endif

// What Swift implements. `depth` is 0 for a reply itself, 1 for its elements; `index` counts among siblings.
typedef struct {
  void (*string)(void *sink, int type, int depth, long index, const char *bytes, size_t count);
  // `count` elements follow, of a map its names and values.
  void (*array)(void *sink, int type, int depth, long index, long long count);
  void (*integer)(void *sink, int depth, long index, long long value);
  void (*boolean)(void *sink, int depth, long index, int value);
  void (*nil)(void *sink, int depth, long index);
} sesscli_callbacks;

// Levels of arrays. hiredis 0.14 alone would allow 7, 1.x as many as memory holds.
enum { sesscli_depth_limit = 128 };

// The place in the stack of 0.14 where it is folded: arrays in an element there need a stack of their own.
enum { sesscli_fold = 7 };

typedef struct {
  sesscli_callbacks callbacks;
  void *sink;
  redisReader *reader;
  // Set when a reply was refused because its arrays are nested too deeply.
  int is_too_deep;
  // Whether the reply at hand is an attribute, which says something of the reply behind it and is no reply.
  int is_attribute;
#if HIREDIS_MAJOR < 1
  // Stacks that wait until the array at their top is whole, outermost first.
  int folds;
  redisReadTask folded[sesscli_depth_limit / sesscli_fold + 1][sesscli_fold + 1];
#endif
} sesscli_sink;

// The depth of the element that the reader is at: the place of its task in the reader's stack.
static inline int sesscli_depth(const sesscli_sink *s) {
#if HIREDIS_MAJOR < 1
  return s->folds * sesscli_fold + s->reader->ridx;
#else
  return s->reader->ridx;
#endif
}

// Every callback answers with a pointer that is not null, which hiredis takes for "out of memory". Nothing is built.
static void *sesscli_string(const redisReadTask *task, char *bytes, size_t count) {
  sesscli_sink *s = task->privdata;
  // A verbatim text begins with its kind: "txt:".
  size_t kind = task->type == REDIS_REPLY_VERB && count >= 4 ? 4 : 0;
  if (!s->is_attribute)
    s->callbacks.string(s->sink, task->type, sesscli_depth(s), task->idx, bytes + kind, count - kind);
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
  if (!s->is_attribute)
    s->callbacks.array(s->sink, task->type, sesscli_depth(s), task->idx, (long long)count);
#if HIREDIS_MAJOR < 1
  // 0.14's stack ends here. It is put aside, and the array's elements begin at the bottom of an empty one.
  redisReader *reader = s->reader;
  if (reader->ridx == sesscli_fold && count > 0) {
    memcpy(s->folded[s->folds++], reader->rstack, sizeof s->folded[0]);
    reader->rstack[0] = reader->rstack[sesscli_fold];
    reader->rstack[0].elements = count;
    reader->ridx = 0;
  }
#endif
  return s;
}
static void *sesscli_integer(const redisReadTask *task, long long value) {
  sesscli_sink *s = task->privdata;
  if (!s->is_attribute) s->callbacks.integer(s->sink, sesscli_depth(s), task->idx, value);
  return s;
}
static void *sesscli_nil(const redisReadTask *task) {
  sesscli_sink *s = task->privdata;
  if (!s->is_attribute) s->callbacks.nil(s->sink, sesscli_depth(s), task->idx);
  return s;
}
#if HIREDIS_MAJOR >= 1
static void *sesscli_double(const redisReadTask *task, double value, char *text, size_t count) {
  (void)value;
  return sesscli_string(task, text, count);
}
static void *sesscli_boolean(const redisReadTask *task, int value) {
  sesscli_sink *s = task->privdata;
  if (!s->is_attribute) s->callbacks.boolean(s->sink, sesscli_depth(s), task->idx, value);
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
  .createBool = sesscli_boolean,
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

#if HIREDIS_MAJOR < 1
// Goes on behind an array that was whole in its own stack; 1 when the reply is whole with it.
static inline int sesscli_unfold(sesscli_sink *s) {
  redisReader *reader = s->reader;
  while (s->folds > 0) {
    memcpy(reader->rstack, s->folded[--s->folds], sizeof s->folded[0]);
    for (int at = sesscli_fold; at > 0; at--) {
      redisReadTask *task = &reader->rstack[at];
      if (task->idx < reader->rstack[at - 1].elements - 1) {
        task->type = -1;
        task->elements = -1;
        task->idx++;
        reader->ridx = at;
        // hiredis reports the outermost stack's end by this.
        reader->reply = s;
        return 0;
      }
    }
  }
  return 1;
}
#endif

// Whether the bytes fed and not parsed begin with this one.
static inline int sesscli_begins(const redisReader *reader, char byte) {
  return reader->pos < reader->len && reader->buf[reader->pos] == byte;
}

// Hands on the elements parsed so far. `is_whole` is set when they complete a reply; an attribute is none.
static inline int sesscli_next(sesscli_sink *s, int *is_whole) {
  redisReader *reader = s->reader;
  void *token = NULL;
  *is_whole = 0;
  for (;;) {
#if HIREDIS_MAJOR >= 1
    // hiredis refuses an attribute; it is written like a map.
    int is_fresh = reader->ridx < 0 || (reader->ridx == 0 && reader->task[0]->type < 0);
    if (is_fresh && sesscli_begins(reader, '|')) {
      reader->buf[reader->pos] = '%';
      s->is_attribute = 1;
    }
#endif
    if (redisReaderGetReply(reader, &token) != REDIS_OK) return REDIS_ERR;
    if (!token) return REDIS_OK;
#if HIREDIS_MAJOR < 1
    if (!sesscli_unfold(s)) continue;
#endif
    *is_whole = !s->is_attribute;
    if (*is_whole) return REDIS_OK;
    s->is_attribute = 0;
  }
}

// Whether what follows the last whole reply begins like a push.
static inline int sesscli_at_push(const redisReader *reader) {
#if HIREDIS_MAJOR >= 1
  if (reader->ridx == 0 && reader->task[0]->type >= 0)
    return reader->task[0]->type == REDIS_REPLY_PUSH;
#endif
  return reader->ridx <= 0 && sesscli_begins(reader, '>');
}

// Bytes fed to the reader that it could not parse yet.
static inline size_t sesscli_pending(const redisReader *reader) { return reader->len - reader->pos; }

// Whether elements of an array are still to come.
static inline int sesscli_in_array(const sesscli_sink *s) { return sesscli_depth(s) > 0; }

// Whether those bytes are an unfinished line (a status, an error, a number or a length) rather than a bulk's body:
// a line is short, so a long unfinished one is not Redis.
static inline int sesscli_in_line(const redisReader *reader) {
#if HIREDIS_MAJOR >= 1
  int type = reader->ridx >= 0 ? reader->task[reader->ridx]->type : -1;
#else
  int type = reader->ridx >= 0 ? reader->rstack[reader->ridx].type : -1;
#endif
  if (type != REDIS_REPLY_STRING && type != REDIS_REPLY_VERB) return type > 0;
  size_t left = sesscli_pending(reader);
  const char *at = reader->buf + reader->pos;
  for (size_t i = 0; i < left && i < 32; i++)
    if (at[i] == '\n') return 0;
  return left >= 32;
}
