/*
 * What RAMCloud's own C API does, called from C: multi-reads and multi-writes of different
 * random records.
 *
 * ramcloud_peer LOCATOR CLUSTER TABLE RECORDS BATCH KEY_BYTES VALUE_BYTES
 *
 * Fills the table, says "ready", then does what each line of its input asks for, "read N" or
 * "write N" batches, and answers with the nanoseconds that it took.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct rc_client;
struct RejectRules;
typedef int32_t Status;
enum { MULTI_READ = 1, MULTI_WRITE = 2 };

Status rc_connect(const char *, const char *, struct rc_client **);
void rc_disconnect(struct rc_client *);
Status rc_createTable(struct rc_client *, const char *, uint32_t);
Status rc_getTableId(struct rc_client *, const char *, uint64_t *);
void rc_multiReadCreate(uint64_t, const void *, uint16_t, void *, uint32_t, uint32_t *, void *);
void rc_multiWriteCreate(uint64_t, const void *, uint16_t, const void *, uint32_t,
                         const struct RejectRules *, void *);
uint16_t rc_multiOpSizeOf(int);
Status rc_multiOpStatus(const void *, int);
uint64_t rc_multiOpVersion(const void *, int);
void rc_multiOpDestroy(void *, int);
void rc_multiRead(struct rc_client *, void **, uint32_t);
void rc_multiWrite(struct rc_client *, void **, uint32_t);
void rc_set_log_file(const char *);

static struct rc_client *client;
static uint64_t table, sum, state = 88172645463325252ull;
static uint32_t records, batch, key_bytes, value_bytes;
static char *keys, *values, *objects;
static void **pointers;
static uint32_t *lengths;
static size_t object_bytes;

static uint32_t draw(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)((state >> 11) % (records / batch));
}

static void set_key(char *key, uint32_t record) {
  memset(key, 'p', key_bytes);
  memcpy(key, &record, sizeof record);
}

static void fail(const char *what, uint32_t i, Status status) {
  fprintf(stderr, "%s %u: status %d\n", what, i, status);
  exit(1);
}

static void multi(int kind, int first) {
  for (uint32_t i = 0; i < batch; i++) {
    char *key = keys + (size_t)i * key_bytes;
    char *value = values + (size_t)i * value_bytes;
    void *where = objects + i * object_bytes;
    pointers[i] = where;
    set_key(key, i + (first < 0 ? batch * draw() : (uint32_t)first));
    if (kind == MULTI_READ) {
      rc_multiReadCreate(table, key, (uint16_t)key_bytes, value, value_bytes, &lengths[i], where);
    } else {
      memset(value, (int)i, value_bytes);
      rc_multiWriteCreate(table, key, (uint16_t)key_bytes, value, value_bytes, NULL, where);
    }
  }
  if (kind == MULTI_READ) {
    rc_multiRead(client, pointers, batch);
  } else {
    rc_multiWrite(client, pointers, batch);
  }
  for (uint32_t i = 0; i < batch; i++) {
    Status status = rc_multiOpStatus(pointers[i], kind);
    if (status != 0) {
      fail("record", i, status);
    }
    sum += rc_multiOpVersion(pointers[i], kind) + (uint64_t)values[(size_t)i * value_bytes];
    rc_multiOpDestroy(pointers[i], kind);
  }
}

int main(int count, char **arguments) {
  if (count != 8) {
    fprintf(stderr, "LOCATOR CLUSTER TABLE RECORDS BATCH KEY_BYTES VALUE_BYTES\n");
    return 2;
  }
  records = (uint32_t)atoi(arguments[4]);
  batch = (uint32_t)atoi(arguments[5]);
  key_bytes = (uint32_t)atoi(arguments[6]);
  value_bytes = (uint32_t)atoi(arguments[7]);
  for (int kind = MULTI_READ; kind <= MULTI_WRITE; kind++) {
    size_t bytes = (rc_multiOpSizeOf(kind) + (size_t)15) & ~(size_t)15;
    object_bytes = bytes > object_bytes ? bytes : object_bytes;
  }
  keys = malloc((size_t)batch * key_bytes);
  values = malloc((size_t)batch * value_bytes);
  objects = aligned_alloc(16, batch * object_bytes);
  pointers = malloc(batch * sizeof *pointers);
  lengths = malloc(batch * sizeof *lengths);
  if (keys == NULL || values == NULL || objects == NULL || pointers == NULL || lengths == NULL) {
    fail("memory", 0, 0);
  }
  rc_set_log_file("/dev/null");
  Status status = rc_connect(arguments[1], arguments[2], &client);
  if (status == 0) {
    status = rc_createTable(client, arguments[3], 4); /* as the store's tables */
  }
  if (status == 0) {
    status = rc_getTableId(client, arguments[3], &table);
  }
  if (status != 0) {
    fail("table", 0, status);
  }
  for (uint32_t i = 0; i + batch <= records; i += batch) {
    multi(MULTI_WRITE, (int)i);
  }
  printf("ready\n");
  fflush(stdout);
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    int kind = line[0] == 'r' ? MULTI_READ : MULTI_WRITE;
    long batches = atol(strchr(line, ' '));
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long i = 0; i < batches; i++) {
      multi(kind, -1);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%lld\n", (long long)(end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec -
                         begin.tv_nsec);
    fflush(stdout);
  }
  fprintf(stderr, "sum %llu\n", (unsigned long long)sum); /* so that nothing is left out */
  rc_disconnect(client);
  return 0;
}
