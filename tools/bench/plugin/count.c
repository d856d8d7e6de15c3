/* Counts the guest instructions that QEMU executes, into a file that others map and read while it runs.
 *
 *   gcc -O2 -shared -fPIC -o build/bench/count.so tools/bench/plugin/count.c
 *   tools/run-qemu --plugin build/bench/count.so,out=build/bench/count,histogram=on ...
 *
 * The file begins with one u64, the instructions executed so far. Time in `hlt` adds nothing; each round of a `rep`
 * instruction adds one. With histogram=on a table of slots follows (see struct counts): how often the instruction at
 * each address was executed.
 *
 * Debian's QEMU 7.2 loads plugins but ships no header for them, so the few declarations of its plugin interface,
 * version 1, stand here (QEMU 7.2, include/qemu/qemu-plugin.h).
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
typedef struct qemu_info qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

void qemu_plugin_register_vcpu_tb_trans_cb(
    qemu_plugin_id_t id, void (*translated)(qemu_plugin_id_t id, struct qemu_plugin_tb *block));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_vcpu_insn_exec_inline(
    struct qemu_plugin_insn *instruction, enum qemu_plugin_op operation, void *value, uint64_t addend);

EXPORT int qemu_plugin_version = 1;

/* A power of two, several times the instructions of an image: 256 KiB of code hold about 60,000. */
#define SLOT_COUNT (UINT64_C(1) << 18)

struct slot {
  uint64_t address; /* 0: free */
  uint64_t count;
};

struct counts {
  uint64_t executed;
  uint64_t slot_count; /* 0 without a histogram */
  uint64_t lost;       /* translated instructions that found no slot */
  uint64_t reserved;
  struct slot slots[];
};

static struct counts *counts;

/* The slot of an address, taken when it is new; NULL when all are taken. Translation runs under QEMU's lock. */
static struct slot *slot_of(uint64_t address) {
  uint64_t start = address * UINT64_C(0x9E3779B97F4A7C15) >> 40;
  for (uint64_t probe = 0; probe < SLOT_COUNT; probe++) {
    struct slot *slot = &counts->slots[(start + probe) & (SLOT_COUNT - 1)];
    if (slot->address == address) return slot;
    if (slot->address == 0) {
      slot->address = address;
      return slot;
    }
  }
  return NULL;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void)id;
  size_t count = qemu_plugin_tb_n_insns(block);
  for (size_t index = 0; index < count; index++) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, index);
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, &counts->executed, 1);
    if (counts->slot_count == 0) continue;
    struct slot *slot = slot_of(qemu_plugin_insn_vaddr(instruction));
    if (slot == NULL) {
      counts->lost++;
      continue;
    }
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, &slot->count, 1);
  }
}

/* Maps `path`, made anew and zeroed. The size is set before the name leads to it, so that a reader never maps too
 * little. */
static struct counts *map(const char *path, bool histogram) {
  size_t size = sizeof(struct counts) + (histogram ? SLOT_COUNT * sizeof(struct slot) : 0);
  int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || ftruncate(file, (off_t)size) != 0) {
    perror(path);
    return NULL;
  }
  void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (base == MAP_FAILED) {
    perror(path);
    return NULL;
  }
  struct counts *mapped = base;
  mapped->slot_count = histogram ? SLOT_COUNT : 0;
  return mapped;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count, char **arguments) {
  (void)info;
  const char *path = NULL;
  bool histogram = false;
  for (int index = 0; index < count; index++) {
    if (strncmp(arguments[index], "out=", 4) == 0) {
      path = arguments[index] + 4;
    } else if (strcmp(arguments[index], "histogram=on") == 0) {
      histogram = true;
    } else {
      fprintf(stderr, "count.so: unknown argument '%s'; known are out=FILE and histogram=on\n", arguments[index]);
      return 1;
    }
  }
  if (path == NULL) {
    fprintf(stderr, "count.so: out=FILE is missing: where the counts go\n");
    return 1;
  }
  counts = map(path, histogram);
  if (counts == NULL) return 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  return 0;
}
