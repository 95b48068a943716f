/*
 * Between the Java side of the RAMCloud store and libramcloud.so, which is loaded at run time:
 * nothing of RAMCloud is needed to compile this. Java builds an array of requests in memory of its
 * own; one call executes them all, each kind by the library call made for it.
 *
 * Threads: a client and what belongs to it is used by one thread at a time. Nothing here is shared
 * between clients but the table of functions, which does not change once it is loaded.
 *
 * Ownership: requests, keys and values are the caller's and stay valid until a call has returned,
 * however long that takes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <jni.h>

/* --- RAMCloud's C API, as far as it is used --- */

typedef int32_t Status;
enum { STATUS_OK = 0, STATUS_NO_ANSWER = 1000, STATUS_NO_MEMORY = 1001 }; /* the last two: ours */
enum { MULTI_READ = 1, MULTI_WRITE = 2, MULTI_REMOVE = 3 };

struct __attribute__((packed)) reject_rules {
  uint64_t given_version;
  uint8_t doesnt_exist, exists, version_le_given, version_ne_given;
};

struct rc_client;

struct api {
  void *library;
  Status (*connect)(const char *, const char *, struct rc_client **);
  void (*disconnect)(struct rc_client *);
  Status (*create_table)(struct rc_client *, const char *, uint32_t);
  Status (*get_table_id)(struct rc_client *, const char *, uint64_t *);
  Status (*write)(struct rc_client *, uint64_t, const void *, uint16_t, const void *, uint32_t,
                  const struct reject_rules *, uint64_t *);
  Status (*remove)(struct rc_client *, uint64_t, const void *, uint16_t, const struct reject_rules *,
                   uint64_t *);
  Status (*increment)(struct rc_client *, uint64_t, const void *, uint16_t, int64_t,
                      const struct reject_rules *, uint64_t *, int64_t *);
  void (*read_create)(uint64_t, const void *, uint16_t, void *, uint32_t, uint32_t *, void *);
  void (*write_create)(uint64_t, const void *, uint16_t, const void *, uint32_t,
                       const struct reject_rules *, void *);
  void (*remove_create)(uint64_t, const void *, uint16_t, const struct reject_rules *, void *);
  uint16_t (*size_of)(int);
  Status (*status)(const void *, int);
  uint64_t (*version)(const void *, int);
  void (*destroy)(void *, int);
  void (*multi_read)(struct rc_client *, void **, uint32_t);
  void (*multi_write)(struct rc_client *, void **, uint32_t);
  void (*multi_remove)(struct rc_client *, void **, uint32_t);
  void (*scan_prepare)(struct rc_client *, uint64_t, int, void **);
  Status (*scan_next)(struct rc_client *, void *, uint32_t *, const void **, uint32_t *,
                      const void **);
  void (*scan_finalize)(void *);
  void (*log_file)(const char *);
};

/* --- what Java and this file share; RequestLayout.java has the same offsets --- */

enum { READ = 1, WRITE = 2, REMOVE = 3, INCREMENT = 4, WRITE_ONCE = 5, REMOVE_ONCE = 6 };
enum { ALWAYS = 0, IF_ABSENT = 1, IF_VERSION = 2 };

struct request {
  int32_t op;
  int32_t status;
  uint64_t table;
  uint64_t key;     /* address */
  uint64_t value;   /* address: to write from, or to read into */
  uint64_t version; /* that a condition gives; after, what RAMCloud says */
  int64_t number;   /* to add; after, the counter */
  uint32_t key_length;
  uint32_t length; /* of the value to write, or room to read into */
  uint32_t actual; /* length of the value read; may be more than the room */
  int32_t rule;
};
_Static_assert(sizeof(struct request) == 64, "RequestLayout.java");

/* Objects given to the library in one call: it has at most 10 RPCs of 20 objects under way. */
enum { CHUNK = 512 };

struct client {
  const struct api *api;
  struct rc_client *rc;
  size_t object_bytes;
  char *objects;
  void *pointers[CHUNK];
  struct request *requests[CHUNK];
  struct reject_rules rules[CHUNK];
};

static void fill_rules(struct reject_rules *rules, const struct request *request) {
  memset(rules, 0, sizeof *rules);
  if (request->rule == IF_ABSENT) {
    rules->exists = 1;
  } else if (request->rule == IF_VERSION) {
    rules->given_version = request->version;
    rules->version_ne_given = 1;
    rules->doesnt_exist = 1; /* without it a missing record passes */
  }
}

static void *as_pointer(uint64_t address) { return (void *)(uintptr_t)address; }

/* The library swallows its exceptions in multi-operations and leaves status 0 and version 0. */
static Status checked(Status status, uint64_t version) {
  return status == STATUS_OK && version == 0 ? STATUS_NO_ANSWER : status;
}

static int64_t now_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Returns how long it took, in nanoseconds. */
static int64_t run_chunk(struct client *client, int kind, uint32_t count) {
  const struct api *api = client->api;
  for (uint32_t i = 0; i < count; i++) {
    struct request *r = client->requests[i];
    void *where = client->objects + (size_t)i * client->object_bytes;
    client->pointers[i] = where;
    const void *key = as_pointer(r->key);
    uint16_t key_length = (uint16_t)r->key_length;
    if (kind == MULTI_READ) {
      api->read_create(r->table, key, key_length, as_pointer(r->value), r->length, &r->actual,
                       where);
      continue;
    }
    fill_rules(&client->rules[i], r);
    if (kind == MULTI_WRITE) {
      api->write_create(r->table, key, key_length, as_pointer(r->value), r->length,
                        &client->rules[i], where);
    } else {
      api->remove_create(r->table, key, key_length, &client->rules[i], where);
    }
  }
  int64_t begin = now_nanos();
  switch (kind) {
    case MULTI_READ:
      api->multi_read(client->rc, client->pointers, count);
      break;
    case MULTI_WRITE:
      api->multi_write(client->rc, client->pointers, count);
      break;
    default:
      api->multi_remove(client->rc, client->pointers, count);
      break;
  }
  int64_t took = now_nanos() - begin;
  for (uint32_t i = 0; i < count; i++) {
    struct request *r = client->requests[i];
    void *where = client->pointers[i];
    r->version = api->version(where, kind);
    r->status = checked(api->status(where, kind), r->version);
    api->destroy(where, kind);
  }
  return took;
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* Returns how long the longest of its calls took. */
static int64_t run_kind(struct client *client, struct request *requests, int32_t count, int op) {
  int64_t longest = 0;
  uint32_t taken = 0;
  for (int32_t i = 0; i < count; i++) {
    if (requests[i].op == op) {
      client->requests[taken++] = &requests[i];
      if (taken == CHUNK) {
        longest = larger(longest, run_chunk(client, op, taken));
        taken = 0;
      }
    }
  }
  return taken > 0 ? larger(longest, run_chunk(client, op, taken)) : longest;
}

static void run_single(struct client *client, struct request *r) {
  const struct api *api = client->api;
  uint64_t version = 0;
  if (r->op == INCREMENT) {
    r->status = api->increment(client->rc, r->table, as_pointer(r->key), (uint16_t)r->key_length,
                               r->number, NULL, &version, &r->number);
  } else {
    struct reject_rules rules;
    fill_rules(&rules, r);
    if (r->op == REMOVE_ONCE) {
      r->status = api->remove(client->rc, r->table, as_pointer(r->key), (uint16_t)r->key_length,
                              &rules, &version);
      r->version = version;
      return;
    }
    r->status = api->write(client->rc, r->table, as_pointer(r->key), (uint16_t)r->key_length,
                           as_pointer(r->value), r->length, &rules, &version);
  }
  r->version = version;
}

/*
 * Executes requests, in no particular order among them: no key may be written by two of them.
 * May block for as long as the cluster does not answer. Returns how long the longest multi-operation
 * took that changes something, in nanoseconds: in that time the library may have sent it again.
 */
int64_t snf_run(struct client *client, struct request *requests, int32_t count) {
  int kinds = 0;
  int64_t longest = 0;
  for (int32_t i = 0; i < count; i++) {
    kinds |= 1 << requests[i].op;
  }
  for (int op = READ; op <= REMOVE; op++) {
    if (kinds & (1 << op)) {
      int64_t took = run_kind(client, requests, count, op);
      longest = op == READ ? 0 : larger(longest, took);
    }
  }
  if (kinds >> INCREMENT) {
    for (int32_t i = 0; i < count; i++) {
      if (requests[i].op >= INCREMENT) {
        run_single(client, &requests[i]);
      }
    }
  }
  return longest;
}

/* --- loading and connecting --- */

static const char *const NAMES[] = {
    "rc_connect",           "rc_disconnect",          "rc_createTable",
    "rc_getTableId",        "rc_write",               "rc_remove",
    "rc_incrementInt64",
    "rc_multiReadCreate",   "rc_multiWriteCreate",    "rc_multiRemoveCreate",
    "rc_multiOpSizeOf",     "rc_multiOpStatus",       "rc_multiOpVersion",
    "rc_multiOpDestroy",    "rc_multiRead",           "rc_multiWrite",
    "rc_multiRemove",       "rc_enumerateTablePrepare", "rc_enumerateTableNext",
    "rc_enumerateTableFinalize", "rc_set_log_file"};
_Static_assert(sizeof NAMES / sizeof *NAMES ==
                   (sizeof(struct api) - offsetof(struct api, connect)) / sizeof(void *),
               "a name per function, in the order of struct api");

/* Calls that were given up and have not come back. */
static atomic_int stuck;

/* Ending the process unloads the library, under the feet of a call that is still in it. */
static void leave(int status, void *unused) {
  (void)unused;
  if (atomic_load(&stuck) > 0) {
    fflush(NULL);
    _exit(status);
  }
}

/* Returns NULL and what is wrong in message, or the functions. */
struct api *snf_load(const char *path, char *message, size_t room) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    snprintf(message, room, "%s", dlerror());
    return NULL;
  }
  struct api *api = calloc(1, sizeof *api);
  if (api == NULL) {
    snprintf(message, room, "out of memory");
    dlclose(library);
    return NULL;
  }
  api->library = library;
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
    void *function = dlsym(library, NAMES[i]);
    if (function == NULL) {
      snprintf(message, room, "%s has no function %s: not RAMCloud's C API", path, NAMES[i]);
      free(api);
      dlclose(library);
      return NULL;
    }
    memcpy((char *)api + offsetof(struct api, connect) + i * sizeof(void *), &function,
           sizeof function);
  }
  on_exit(leave, NULL); /* after the library's own, so it runs before them */
  return api;
}

struct client *snf_connect(const struct api *api, const char *locator, const char *cluster,
                           Status *status) {
  struct client *client = calloc(1, sizeof *client);
  if (client == NULL) {
    *status = STATUS_NO_MEMORY;
    return NULL;
  }
  client->api = api;
  for (int kind = MULTI_READ; kind <= MULTI_REMOVE; kind++) {
    size_t bytes = (api->size_of(kind) + (size_t)15) & ~(size_t)15;
    client->object_bytes = bytes > client->object_bytes ? bytes : client->object_bytes;
  }
  client->objects = aligned_alloc(16, CHUNK * client->object_bytes);
  *status = client->objects == NULL ? STATUS_NO_MEMORY
                                    : api->connect(locator, cluster, &client->rc);
  if (*status != STATUS_OK) {
    free(client->objects);
    free(client);
    return NULL;
  }
  return client;
}

void snf_disconnect(struct client *client) {
  client->api->disconnect(client->rc);
  free(client->objects);
  free(client);
}

Status snf_open_table(struct client *client, const char *name, uint32_t span, uint64_t *id) {
  Status status = client->api->create_table(client->rc, name, span);
  return status == STATUS_OK ? client->api->get_table_id(client->rc, name, id) : status;
}

/*
 * Puts the next keys of a scan into a buffer, each as length (32 bits) and bytes, filled up to a
 * multiple of 8. Returns how many, 0 at the end, or a negative status. The buffer must have room for
 * the longest key there can be.
 */
int32_t snf_scan_next(struct client *client, void *scan, char *buffer, uint32_t room,
                      uint32_t longest, int32_t max) {
  int32_t count = 0;
  uint32_t used = 0;
  while (count < max && used + 8 + longest <= room) {
    uint32_t key_length = 0, data_length = 0;
    const void *key = NULL, *data = NULL;
    Status status = client->api->scan_next(client->rc, scan, &key_length, &key, &data_length, &data);
    if (status != STATUS_OK) {
      return -status;
    }
    if (key == NULL) {
      break;
    }
    if (key_length > longest) {
      continue; /* not written by this store */
    }
    memcpy(buffer + used, &key_length, sizeof key_length);
    memcpy(buffer + used + 4, key, key_length);
    used += (4 + key_length + 7) & ~7u;
    count++;
  }
  return count;
}

/* --- JNI: unpacks arguments, nothing else --- */

#define JNI(type, name) \
  JNIEXPORT type JNICALL Java_org_statelessnf_store_ramcloud_NativeRamcloud_##name

JNI(jstring, load)(JNIEnv *env, jclass class, jstring path, jlongArray result) {
  (void)class;
  const char *text = (*env)->GetStringUTFChars(env, path, NULL);
  if (text == NULL) {
    return NULL;
  }
  char message[512] = "";
  jlong api = (jlong)(uintptr_t)snf_load(text, message, sizeof message);
  (*env)->ReleaseStringUTFChars(env, path, text);
  (*env)->SetLongArrayRegion(env, result, 0, 1, &api);
  return api == 0 ? (*env)->NewStringUTF(env, message) : NULL;
}

JNI(void, logFile)(JNIEnv *env, jclass class, jlong api, jstring path) {
  (void)class;
  const char *text = (*env)->GetStringUTFChars(env, path, NULL);
  if (text != NULL) {
    ((struct api *)as_pointer((uint64_t)api))->log_file(text);
    (*env)->ReleaseStringUTFChars(env, path, text);
  }
}

JNI(jlong, connect)(JNIEnv *env, jclass class, jlong api, jstring locator, jstring cluster) {
  (void)class;
  const char *where = (*env)->GetStringUTFChars(env, locator, NULL);
  const char *name = where == NULL ? NULL : (*env)->GetStringUTFChars(env, cluster, NULL);
  jlong result = -STATUS_NO_MEMORY;
  if (name != NULL) {
    Status status = STATUS_OK;
    struct client *client = snf_connect(as_pointer((uint64_t)api), where, name, &status);
    result = client == NULL ? -(jlong)status : (jlong)(uintptr_t)client;
    (*env)->ReleaseStringUTFChars(env, cluster, name);
  }
  if (where != NULL) {
    (*env)->ReleaseStringUTFChars(env, locator, where);
  }
  return result;
}

JNI(void, disconnect)(JNIEnv *env, jclass class, jlong client) {
  (void)env, (void)class;
  snf_disconnect(as_pointer((uint64_t)client));
}

JNI(jint, openTable)(JNIEnv *env, jclass class, jlong client, jstring name, jint span,
                     jlongArray result) {
  (void)class;
  const char *text = (*env)->GetStringUTFChars(env, name, NULL);
  if (text == NULL) {
    return STATUS_NO_MEMORY;
  }
  uint64_t id = 0;
  Status status = snf_open_table(as_pointer((uint64_t)client), text, (uint32_t)span, &id);
  (*env)->ReleaseStringUTFChars(env, name, text);
  jlong number = (jlong)id;
  (*env)->SetLongArrayRegion(env, result, 0, 1, &number);
  return status;
}

JNI(jlong, run)(JNIEnv *env, jclass class, jlong client, jlong requests, jint count) {
  (void)env, (void)class;
  return snf_run(as_pointer((uint64_t)client), as_pointer((uint64_t)requests), count);
}

JNI(jlong, scanOpen)(JNIEnv *env, jclass class, jlong client, jlong table) {
  (void)env, (void)class;
  struct client *c = as_pointer((uint64_t)client);
  void *scan = NULL;
  c->api->scan_prepare(c->rc, (uint64_t)table, 1, &scan);
  return (jlong)(uintptr_t)scan;
}

JNI(jint, scanNext)(JNIEnv *env, jclass class, jlong client, jlong scan, jlong buffer, jint room,
                    jint longest, jint max) {
  (void)env, (void)class;
  return snf_scan_next(as_pointer((uint64_t)client), as_pointer((uint64_t)scan),
                       as_pointer((uint64_t)buffer), (uint32_t)room, (uint32_t)longest, max);
}

JNI(void, scanClose)(JNIEnv *env, jclass class, jlong client, jlong scan) {
  (void)env, (void)class;
  ((struct client *)as_pointer((uint64_t)client))->api->scan_finalize(as_pointer((uint64_t)scan));
}

JNI(jint, threadId)(JNIEnv *env, jclass class) {
  (void)env, (void)class;
  return (jint)syscall(SYS_gettid);
}

/* So many more calls were given up, or fewer: one has come back. */
JNI(void, givenUp)(JNIEnv *env, jclass class, jint more) {
  (void)env, (void)class;
  atomic_fetch_add(&stuck, more);
}

/* The library spins while it waits; behind a call that nobody waits for, everybody else goes first. */
JNI(void, demote)(JNIEnv *env, jclass class, jint thread) {
  (void)env, (void)class;
  setpriority(PRIO_PROCESS, (id_t)thread, 19);
}
