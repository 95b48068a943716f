/*
 * A stand-in for libramcloud.so: RAMCloud's C API over a hash table in shared memory, so that the
 * clients of several processes meet. Behaves as the real library was seen to: what is rejected how,
 * which version is returned when, what lengths mean, in which order a multi-write with the same key
 * twice is applied; and it blocks for ever where the real one does. Faults are ordered by writing into
 * the beginning of the shared memory.
 *
 * Locator: shm:file=PATH. A file that is not there is a cluster that does not answer.
 *
 * A process may be killed at any moment: the table changes by one store of a pointer at a time, and
 * the lock is robust.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef int32_t Status;

enum { BUCKETS = 1 << 18, TABLES = 1 << 14, NAME = 160, CLASSES = 32 };
static const uint64_t FILE_BYTES = 1ull << 31; /* sparse */

struct __attribute__((packed)) RejectRules {
  uint64_t givenVersion;
  uint8_t doesntExist, exists, versionLeGiven, versionNeGiven;
};

/* What tests see and set; Standin.java has the same offsets. */
struct control {
  uint64_t magic;           /*   0 */
  _Atomic uint32_t blocked; /*   8: calls wait while this is not 0 */
  _Atomic uint32_t lost;    /*  12: so many multi-operations lose their first reply */
  _Atomic uint32_t lost_ms; /*  16: how long it takes the library to notice */
  _Atomic uint32_t stolen;  /*  20: so many times somebody else writes before it is sent again */
  _Atomic uint32_t refused; /*  24: so many objects that are written or read are answered with... */
  _Atomic uint32_t status;  /*  28: ...this status */
  _Atomic uint32_t silent;  /*  32: so many multi-operations are forgotten, as by an exception */
  _Atomic uint32_t waiting; /*  36: calls that are blocked now */
  _Atomic uint32_t clients; /*  40: connected */
  _Atomic uint32_t objects; /*  44: multi-operation objects created and not destroyed */
  _Atomic uint32_t scans;   /*  48: enumerations not finalized */
  _Atomic uint32_t misuse;  /*  52: calls against the rules, such as two threads with one client */
  _Atomic uint32_t multi;   /*  56: multi-operations */
  _Atomic uint32_t single;  /*  60: single operations */
  _Atomic uint32_t records; /*  64: in all tables */
};

struct entry {
  uint64_t next; /* offset */
  uint64_t table, version;
  uint32_t key_length, length, size_class, unused;
  char bytes[]; /* key, value */
};

struct shared {
  struct control control;
  pthread_mutex_t lock;
  uint64_t bump, safe_version, next_table;
  uint64_t free[CLASSES];
  struct {
    uint64_t id;
    char name[NAME];
  } tables[TABLES];
  uint64_t buckets[BUCKETS];
};

enum { MAGIC = 0x5344414e };

struct rc_client {
  struct shared *shared; /* NULL: does not answer */
  _Atomic int busy;
};

static void block(struct rc_client *client) {
  if (client->shared == NULL) {
    for (;;) {
      usleep(1000); /* the real one spins */
    }
  }
  struct control *control = &client->shared->control;
  if (atomic_load(&control->blocked)) {
    atomic_fetch_add(&control->waiting, 1);
    while (atomic_load(&control->blocked)) {
      usleep(500);
    }
    atomic_fetch_sub(&control->waiting, 1);
  }
}

static int take(_Atomic uint32_t *count) {
  uint32_t left = atomic_load(count);
  while (left > 0) {
    if (atomic_compare_exchange_weak(count, &left, left - 1)) {
      return 1;
    }
  }
  return 0;
}

static void enter(struct rc_client *client) {
  block(client);
  if (atomic_exchange(&client->busy, 1)) {
    atomic_fetch_add(&client->shared->control.misuse, 1);
  }
}

static void leave(struct rc_client *client) { atomic_store(&client->busy, 0); }

static void lock(struct shared *s) {
  if (pthread_mutex_lock(&s->lock) == EOWNERDEAD) {
    pthread_mutex_consistent(&s->lock);
  }
}

static void unlock(struct shared *s) { pthread_mutex_unlock(&s->lock); }

/* --- the table --- */

static struct entry *at(struct shared *s, uint64_t offset) {
  return (struct entry *)((char *)s + offset);
}

static int class_of(uint64_t bytes) {
  int c = 6;
  while ((1ull << c) < bytes) {
    c++;
  }
  return c;
}

static uint64_t allocate(struct shared *s, uint64_t bytes) {
  int c = class_of(bytes);
  uint64_t offset = s->free[c];
  if (offset != 0) {
    s->free[c] = at(s, offset)->next;
  } else {
    offset = s->bump;
    if (offset + (1ull << c) > FILE_BYTES) {
      fprintf(stderr, "stand-in: full\n");
      abort();
    }
    s->bump = offset + (1ull << c);
  }
  at(s, offset)->size_class = (uint32_t)c;
  return offset;
}

static void release(struct shared *s, uint64_t offset) {
  struct entry *entry = at(s, offset);
  entry->next = s->free[entry->size_class];
  s->free[entry->size_class] = offset;
}

static uint64_t *find(struct shared *s, uint64_t table, const void *key, uint32_t key_length) {
  uint64_t hash = 1469598103934665603ull ^ table;
  for (uint32_t i = 0; i < key_length; i++) {
    hash = (hash ^ ((const uint8_t *)key)[i]) * 1099511628211ull;
  }
  uint64_t *link = &s->buckets[(hash ^ (hash >> 29)) & (BUCKETS - 1)];
  while (*link != 0) {
    struct entry *entry = at(s, *link);
    if (entry->table == table && entry->key_length == key_length &&
        memcmp(entry->bytes, key, key_length) == 0) {
      break;
    }
    link = &entry->next;
  }
  return link;
}

static int table_exists(struct shared *s, uint64_t table) {
  return table != 0 && table <= TABLES && s->tables[table - 1].id == table;
}

static Status reject(const struct RejectRules *rules, uint64_t version) {
  if (rules == NULL) {
    return 0;
  }
  if (version == 0) {
    return rules->doesntExist ? 3 : 0;
  }
  if (rules->exists) {
    return 4;
  }
  if (rules->versionLeGiven && version <= rules->givenVersion) {
    return 5;
  }
  return rules->versionNeGiven && version != rules->givenVersion ? 5 : 0;
}

/* value NULL: remove */
static Status change(struct shared *s, uint64_t table, const void *key, uint32_t key_length,
                     const void *value, uint32_t length, const struct RejectRules *rules,
                     uint64_t *version) {
  if (!table_exists(s, table)) {
    *version = 0;
    return 2;
  }
  uint64_t *link = find(s, table, key, key_length);
  uint64_t old = *link;
  uint64_t current = old == 0 ? 0 : at(s, old)->version;
  *version = current;
  Status status = reject(rules, current);
  if (status != 0 || (value == NULL && old == 0)) {
    return status;
  }
  if (value == NULL) {
    if (s->safe_version <= current) {
      s->safe_version = current + 1;
    }
    *link = at(s, old)->next;
    release(s, old);
    atomic_fetch_sub(&s->control.records, 1);
    return 0;
  }
  uint64_t offset = allocate(s, sizeof(struct entry) + key_length + (uint64_t)length);
  struct entry *entry = at(s, offset);
  entry->table = table;
  entry->version = old == 0 ? s->safe_version : current + 1;
  entry->key_length = key_length;
  entry->length = length;
  memcpy(entry->bytes, key, key_length);
  memcpy(entry->bytes + key_length, value, length);
  entry->next = old == 0 ? 0 : at(s, old)->next;
  *version = entry->version;
  atomic_signal_fence(memory_order_seq_cst);
  *link = offset;
  if (old != 0) {
    release(s, old);
  } else {
    atomic_fetch_add(&s->control.records, 1);
  }
  return 0;
}

/* --- connecting --- */

static pthread_mutex_t mapping = PTHREAD_MUTEX_INITIALIZER;

static struct shared *map(const char *path) {
  int fd = open(path, O_RDWR);
  if (fd < 0) {
    return NULL;
  }
  pthread_mutex_lock(&mapping); /* one thread at a time; the file lock tells processes apart */
  struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  fcntl(fd, F_SETLKW, &all);
  struct stat info;
  fstat(fd, &info);
  int fresh = (uint64_t)info.st_size < FILE_BYTES;
  struct shared *s = NULL;
  if (!fresh || ftruncate(fd, (off_t)FILE_BYTES) == 0) {
    s = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    s = s == MAP_FAILED ? NULL : s;
  }
  if (s != NULL && s->control.magic != MAGIC) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&s->lock, &attributes);
    s->bump = (sizeof *s + 4095) & ~4095ull;
    s->safe_version = 1;
    s->next_table = 1;
    s->control.magic = MAGIC;
  }
  close(fd); /* unlocks */
  pthread_mutex_unlock(&mapping);
  return s;
}

Status rc_connect(const char *locator, const char *cluster, struct rc_client **result) {
  (void)cluster;
  if (strchr(locator, ':') == NULL) {
    return 21;
  }
  struct rc_client *client = calloc(1, sizeof *client);
  const char *prefix = "shm:file=";
  if (strncmp(locator, prefix, strlen(prefix)) == 0) {
    client->shared = map(locator + strlen(prefix));
  }
  if (client->shared != NULL) {
    atomic_fetch_add(&client->shared->control.clients, 1);
  }
  *result = client; /* also if nobody is there */
  return 0;
}

void rc_disconnect(struct rc_client *client) {
  if (client->shared != NULL) {
    atomic_fetch_sub(&client->shared->control.clients, 1);
    munmap(client->shared, FILE_BYTES);
  }
  free(client);
}

void rc_set_log_file(const char *path) { (void)path; }

/* --- tables --- */

static uint64_t table_id(struct shared *s, const char *name) {
  for (uint64_t i = 1; i < s->next_table; i++) {
    if (s->tables[i - 1].id != 0 && strcmp(s->tables[i - 1].name, name) == 0) {
      return i;
    }
  }
  return 0;
}

Status rc_createTable(struct rc_client *client, const char *name, uint32_t span) {
  (void)span;
  enter(client);
  struct shared *s = client->shared;
  lock(s);
  if (table_id(s, name) == 0) {
    if (strlen(name) >= NAME || s->next_table > TABLES) {
      fprintf(stderr, "stand-in: too many tables, or a name too long\n");
      abort();
    }
    strcpy(s->tables[s->next_table - 1].name, name);
    s->tables[s->next_table - 1].id = s->next_table;
    s->next_table++;
  }
  unlock(s);
  leave(client);
  return 0;
}

Status rc_getTableId(struct rc_client *client, const char *name, uint64_t *id) {
  enter(client);
  lock(client->shared);
  *id = table_id(client->shared, name);
  unlock(client->shared);
  leave(client);
  return *id == 0 ? 2 : 0;
}

Status rc_dropTable(struct rc_client *client, const char *name) {
  enter(client);
  struct shared *s = client->shared;
  lock(s);
  uint64_t id = table_id(s, name);
  if (id != 0) {
    s->tables[id - 1].id = 0;
  }
  unlock(s);
  leave(client);
  return 0;
}

/* --- single operations: applied exactly once --- */

static void single(struct rc_client *client, uint16_t key_length) {
  enter(client);
  atomic_fetch_add(&client->shared->control.single, 1);
  if (key_length == 0) {
    atomic_fetch_add(&client->shared->control.misuse, 1);
  }
  lock(client->shared);
}

static Status refusal(struct shared *s) {
  return take(&s->control.refused) ? (Status)atomic_load(&s->control.status) : 0;
}

static Status done(struct rc_client *client, Status status) {
  unlock(client->shared);
  leave(client);
  return status;
}

Status rc_write(struct rc_client *client, uint64_t table, const void *key, uint16_t key_length,
                const void *value, uint32_t length, const struct RejectRules *rules,
                uint64_t *version) {
  single(client, key_length);
  *version = 0;
  Status status = refusal(client->shared);
  return done(client, status != 0 ? status
                                  : change(client->shared, table, key, key_length, value, length,
                                           rules, version));
}

Status rc_remove(struct rc_client *client, uint64_t table, const void *key, uint16_t key_length,
                 const struct RejectRules *rules, uint64_t *version) {
  single(client, key_length);
  *version = 0;
  Status status = refusal(client->shared);
  return done(client, status != 0 ? status
                                  : change(client->shared, table, key, key_length, NULL, 0, rules,
                                           version));
}

Status rc_incrementInt64(struct rc_client *client, uint64_t table, const void *key,
                         uint16_t key_length, int64_t delta, const struct RejectRules *rules,
                         uint64_t *version, int64_t *result) {
  single(client, key_length);
  struct shared *s = client->shared;
  uint64_t offset = *find(s, table, key, key_length);
  int64_t sum = 0;
  if (offset != 0) {
    struct entry *entry = at(s, offset);
    if (entry->length != sizeof sum) {
      return done(client, 22);
    }
    memcpy(&sum, entry->bytes + key_length, sizeof sum);
  }
  sum = (int64_t)((uint64_t)sum + (uint64_t)delta);
  Status status = change(s, table, key, key_length, &sum, sizeof sum, rules, version);
  if (status == 0) {
    *result = sum;
  }
  return done(client, status);
}

/* --- multi-operations: may be applied twice --- */

enum { READ = 1, WRITE = 2, REMOVE = 3 };

struct object {
  uint64_t table, version;
  const void *key;
  void *value;
  const struct RejectRules *rules;
  uint32_t *actual;
  uint32_t length;
  uint16_t key_length;
  Status status;
};

static _Atomic int created; /* not per cluster: an object does not know its client before it is used */

uint16_t rc_multiOpSizeOf(int op) {
  return op == READ ? 1264 : sizeof(struct object); /* as large as the real one */
}

static void create(void *where, uint64_t table, const void *key, uint16_t key_length, void *value,
                   uint32_t length, const struct RejectRules *rules, uint32_t *actual) {
  atomic_fetch_add(&created, 1);
  *(struct object *)where = (struct object){.table = table,
                                            .key = key,
                                            .key_length = key_length,
                                            .value = value,
                                            .length = length,
                                            .rules = rules,
                                            .actual = actual};
}

void rc_multiReadCreate(uint64_t table, const void *key, uint16_t key_length, void *buffer,
                        uint32_t room, uint32_t *actual, void *where) {
  create(where, table, key, key_length, buffer, room, NULL, actual);
  *actual = 0;
}

void rc_multiWriteCreate(uint64_t table, const void *key, uint16_t key_length, const void *value,
                         uint32_t length, const struct RejectRules *rules, void *where) {
  create(where, table, key, key_length, (void *)value, length, rules, NULL);
}

void rc_multiRemoveCreate(uint64_t table, const void *key, uint16_t key_length,
                          const struct RejectRules *rules, void *where) {
  create(where, table, key, key_length, NULL, 0, rules, NULL);
}

Status rc_multiOpStatus(const void *object, int op) {
  (void)op;
  return ((const struct object *)object)->status;
}

uint64_t rc_multiOpVersion(const void *object, int op) {
  (void)op;
  return ((const struct object *)object)->version;
}

void rc_multiOpDestroy(void *object, int op) {
  (void)op;
  memset(object, 0xdd, sizeof(struct object));
  atomic_fetch_sub(&created, 1);
}

int standin_objects(void) { return atomic_load(&created); }

static void apply(struct shared *s, struct object *o, int op) {
  if (op != READ) {
    o->status = change(s, o->table, o->key, o->key_length, op == REMOVE ? NULL : o->value, o->length,
                       o->rules, &o->version);
    return;
  }
  *o->actual = 0;
  if (!table_exists(s, o->table)) {
    o->status = 2;
    return;
  }
  uint64_t offset = *find(s, o->table, o->key, o->key_length);
  if (offset == 0) {
    o->status = 3;
    o->version = 0;
    return;
  }
  struct entry *entry = at(s, offset);
  *o->actual = entry->length;
  uint32_t length = entry->length < o->length ? entry->length : o->length;
  memcpy(o->value, entry->bytes + entry->key_length, length);
  o->version = entry->version;
  o->status = 0;
}

static void apply_all(struct shared *s, struct object **objects, uint32_t count, int op) {
  lock(s);
  for (uint32_t i = count; i-- > 0;) { /* in reverse, as the real one */
    struct object *o = objects[i];
    if (take(&s->control.refused)) {
      o->status = (Status)atomic_load(&s->control.status);
      o->version = 0;
    } else {
      apply(s, o, op);
    }
  }
  unlock(s);
}

/* Somebody else overwrites what was written just now, with a mark of its own. */
static void steal(struct shared *s, struct object **objects, uint32_t count) {
  lock(s);
  for (uint32_t i = 0; i < count; i++) {
    char other[24];
    memset(other, 0, sizeof other);
    memset(other + 8, 0x77, 16);
    uint64_t version;
    change(s, objects[i]->table, objects[i]->key, objects[i]->key_length, other, sizeof other, NULL,
           &version);
  }
  unlock(s);
}

static void multi(struct rc_client *client, void **requests, uint32_t count, int op) {
  enter(client);
  struct shared *s = client->shared;
  struct object **objects = (struct object **)requests;
  atomic_fetch_add(&s->control.multi, 1);
  for (uint32_t i = 0; i < count; i++) {
    if (objects[i]->key_length == 0 || (op == WRITE && objects[i]->length > 1 << 20)) {
      atomic_fetch_add(&s->control.misuse, 1);
    }
  }
  if (!take(&s->control.silent)) {
    apply_all(s, objects, count, op);
    if (op != READ && take(&s->control.lost)) {
      usleep(1000 * atomic_load(&s->control.lost_ms));
      if (take(&s->control.stolen)) {
        steal(s, objects, count);
      }
      apply_all(s, objects, count, op);
    }
  }
  leave(client);
}

void rc_multiRead(struct rc_client *client, void **requests, uint32_t count) {
  multi(client, requests, count, READ);
}

void rc_multiWrite(struct rc_client *client, void **requests, uint32_t count) {
  multi(client, requests, count, WRITE);
}

void rc_multiRemove(struct rc_client *client, void **requests, uint32_t count) {
  multi(client, requests, count, REMOVE);
}

/* --- enumeration: a bucket at a time, so that what stays there is shown --- */

enum { SCAN_KEYS = 1 << 18 };

struct scan {
  struct rc_client *client;
  uint64_t table, bucket;
  uint32_t used, at;
  char keys[SCAN_KEYS]; /* of the present bucket: length, bytes */
};

void rc_enumerateTablePrepare(struct rc_client *client, uint64_t table, int keys_only,
                              void **state) {
  (void)keys_only;
  struct scan *scan = calloc(1, sizeof *scan);
  scan->client = client;
  scan->table = table;
  if (client->shared != NULL) {
    atomic_fetch_add(&client->shared->control.scans, 1);
  }
  *state = scan;
}

static void fill(struct shared *s, struct scan *scan) {
  scan->used = scan->at = 0;
  for (uint64_t offset = s->buckets[scan->bucket++]; offset != 0; offset = at(s, offset)->next) {
    struct entry *entry = at(s, offset);
    if (entry->table == scan->table && scan->used + 4 + entry->key_length <= SCAN_KEYS) {
      memcpy(scan->keys + scan->used, &entry->key_length, 4);
      memcpy(scan->keys + scan->used + 4, entry->bytes, entry->key_length);
      scan->used += 4 + entry->key_length;
    }
  }
}

Status rc_enumerateTableNext(struct rc_client *client, void *state, uint32_t *key_length,
                             const void **key, uint32_t *length, const void **data) {
  struct scan *scan = state;
  enter(client);
  struct shared *s = client->shared;
  *key = NULL;
  *data = NULL;
  *key_length = *length = 0;
  lock(s);
  int exists = table_exists(s, scan->table);
  while (exists && scan->at == scan->used && scan->bucket < BUCKETS) {
    fill(s, scan);
  }
  unlock(s);
  if (scan->at < scan->used) {
    memcpy(key_length, scan->keys + scan->at, 4);
    *key = scan->keys + scan->at + 4;
    scan->at += 4 + *key_length;
  }
  leave(client);
  return exists ? 0 : 2;
}

void rc_enumerateTableFinalize(void *state) {
  struct scan *scan = state;
  if (scan->client->shared != NULL) {
    atomic_fetch_sub(&scan->client->shared->control.scans, 1);
  }
  free(scan);
}
