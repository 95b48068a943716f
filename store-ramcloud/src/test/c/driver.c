/*
 * Drives the native side without a JVM, so that a sanitizer sees all of it: every kind of request, in
 * every length that matters, with buffers of exactly the size that was told.
 *
 * driver LIBRARY FILE: the stand-in and an empty file.
 */
#include "../../main/c/snf_ramcloud.c"

#include <assert.h>

enum { KEYS = 1100 }; /* more than two chunks */

static struct request request(int op, int rule, uint64_t table, const char *key, uint32_t length) {
  struct request r;
  memset(&r, 0, sizeof r);
  r.op = op;
  r.rule = rule;
  r.table = table;
  r.key = (uint64_t)(uintptr_t)key;
  r.key_length = length;
  r.status = -1;
  return r;
}

static char *exactly(size_t bytes, int fill) {
  char *memory = malloc(bytes == 0 ? 1 : bytes);
  memset(memory, fill, bytes);
  return memory;
}

int main(int count, char **arguments) {
  assert(count == 3);
  char message[256];
  assert(snf_load("/nowhere.so", message, sizeof message) == NULL && message[0] != 0);
  assert(snf_load("libm.so.6", message, sizeof message) == NULL);
  struct api *api = snf_load(arguments[1], message, sizeof message);
  if (api == NULL) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  char locator[4096];
  snprintf(locator, sizeof locator, "shm:file=%s", arguments[2]);
  Status status = 0;
  assert(snf_connect(api, "unparsable", "main", &status) == NULL && status == 21);
  struct client *client = snf_connect(api, locator, "main", &status);
  assert(client != NULL);
  uint64_t table = 0;
  assert(snf_open_table(client, "t", 1, &table) == 0 && table != 0);

  /* keys of 1 to 1024 bytes and values of 0 to 1100, each in memory of its own */
  static struct request requests[KEYS];
  static char *keys[KEYS], *values[KEYS];
  for (uint32_t i = 0; i < KEYS; i++) {
    uint32_t length = 4 + i % 1021;
    keys[i] = exactly(length, 'k');
    memcpy(keys[i], &i, 4);
    values[i] = exactly(i, (int)i);
    requests[i] = request(WRITE, IF_ABSENT, table, keys[i], length);
    requests[i].value = (uint64_t)(uintptr_t)values[i];
    requests[i].length = i;
  }
  snf_run(client, requests, KEYS);
  for (uint32_t i = 0; i < KEYS; i++) {
    assert(requests[i].status == 0 && requests[i].version != 0);
  }
  snf_run(client, requests, KEYS);
  for (uint32_t i = 0; i < KEYS; i++) {
    assert(requests[i].status == 4);
  }
  /* read, with room for all, for one byte less, for nothing */
  for (uint32_t less = 0; less <= 2; less++) {
    for (uint32_t i = 0; i < KEYS; i++) {
      uint32_t room = less == 2 ? 0 : i < less ? 0 : i - less;
      char *into = exactly(room, 0);
      struct request r = request(READ, ALWAYS, table, keys[i], 4 + i % 1021);
      r.value = (uint64_t)(uintptr_t)into;
      r.length = room;
      snf_run(client, &r, 1);
      assert(r.status == 0 && r.actual == i && memcmp(into, values[i], room) == 0);
      free(into);
    }
  }
  /* all kinds in one run: if-version, increment, write once, remove, a missing key */
  char counter[] = "counter", once[] = "once", missing[] = "missing";
  struct request mixed[] = {request(INCREMENT, ALWAYS, table, counter, 7),
                            request(REMOVE, IF_VERSION, table, keys[1], 5),
                            request(WRITE_ONCE, IF_ABSENT, table, once, 4),
                            request(READ, ALWAYS, table, missing, 7),
                            request(WRITE, IF_VERSION, table, missing, 7),
                            request(REMOVE, IF_VERSION, table, keys[2], 6),
                            request(REMOVE_ONCE, IF_VERSION, table, keys[3], 7),
                            request(REMOVE_ONCE, IF_VERSION, table, missing, 7)};
  mixed[0].number = -7;
  mixed[1].version = requests[1].version;
  mixed[2].value = mixed[4].value = (uint64_t)(uintptr_t)values[9];
  mixed[2].length = mixed[4].length = 9;
  mixed[4].version = 1;
  mixed[5].version = ~0ull;
  mixed[6].version = requests[3].version;
  snf_run(client, mixed, 8);
  assert(mixed[0].status == 0 && mixed[0].number == -7);
  assert(mixed[1].status == 0 && mixed[2].status == 0);
  assert(mixed[3].status == 3 && mixed[4].status == 3 && mixed[5].status == 5);
  assert(mixed[6].status == 0 && mixed[7].status == 3);
  snf_run(client, NULL, 0);

  /* a scan shows every key once, in pieces */
  void *scan = NULL;
  api->scan_prepare(client->rc, table, 1, &scan);
  uint32_t room = 8192;
  char *buffer = exactly(room, 0);
  int shown = 0;
  for (int32_t got; (got = snf_scan_next(client, scan, buffer, room, 1024, 64)) != 0;) {
    assert(got > 0 && got <= 64);
    shown += got;
  }
  assert(shown == KEYS);
  api->scan_finalize(scan);
  free(buffer);

  int (*objects)(void) = NULL;
  void *function = dlsym(api->library, "standin_objects");
  memcpy(&objects, &function, sizeof objects);
  assert(objects() == 0);
  snf_disconnect(client);
  for (uint32_t i = 0; i < KEYS; i++) {
    free(keys[i]);
    free(values[i]);
  }
  free(api);
  puts("driver: done");
  return 0;
}
