/* Counts the guest instructions that each core executes, into a file that others map and read while it runs.
 *
 *   gcc -O2 -shared -fPIC -o build/bench/count.so tools/bench/plugin/count.c
 *   tools/run-qemu --plugin build/bench/count.so,out=build/bench/count,histogram=on ...
 *
 * The file is a table of u64: a header, and for each core a line of eight of which the first is the instructions that it
 * has executed so far. Time in `hlt` adds nothing; each round of a `rep` instruction adds one; an interrupted block of
 * instructions counts whole. With histogram=on slots follow: an address, and how often each core executed the
 * instruction there.
 *
 * Each core counts in words of its own, in a callback that knows its number: QEMU's inline additions do not, and lose
 * what two cores add at a time.
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
typedef struct {
  const char *target_name;
  struct {
    int least, current;
  } version;
  bool is_system;
  struct {
    int cores, most_cores;
  } system;
} qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
typedef void (*execution_t)(unsigned int core, void *value);

void qemu_plugin_register_vcpu_tb_trans_cb(
    qemu_plugin_id_t id, void (*translated)(qemu_plugin_id_t id, struct qemu_plugin_tb *block));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_vcpu_tb_exec_cb(
    struct qemu_plugin_tb *block, execution_t executed, enum qemu_plugin_cb_flags flags, void *value);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *instruction, execution_t executed, enum qemu_plugin_cb_flags flags, void *value);

EXPORT int qemu_plugin_version = 1;

/* A power of two, several times the instructions of an image: 256 KiB of code hold about 60,000. */
#define SLOT_COUNT (UINT64_C(1) << 18)
/* A line of the processor's cache, so that cores do not wait for one another's. */
#define LINE_WORDS 8

struct header {
  uint64_t core_count;
  uint64_t slot_count; /* 0 without a histogram */
  uint64_t lost;       /* translated instructions that found no slot */
  uint64_t reserved[LINE_WORDS - 3];
};

static struct header *header;
static uint64_t *executed; /* for each core a line */
static uint64_t *slots;    /* of slot_words() each: an address, 0 when free, and for each core a count */

static size_t slot_words(void) { return 1 + header->core_count; }

/* The slot of an address, taken when it is new; NULL when all are taken. Translation runs under QEMU's lock. */
static uint64_t *slot_of(uint64_t address) {
  uint64_t start = address * UINT64_C(0x9E3779B97F4A7C15) >> 40;
  for (uint64_t probe = 0; probe < SLOT_COUNT; probe++) {
    uint64_t *slot = slots + ((start + probe) & (SLOT_COUNT - 1)) * slot_words();
    if (*slot == address) return slot;
    if (*slot == 0) {
      *slot = address;
      return slot;
    }
  }
  return NULL;
}

static void block_executed(unsigned int core, void *instruction_count) {
  if (core < header->core_count) executed[core * LINE_WORDS] += (uintptr_t)instruction_count;
}

static void instruction_executed(unsigned int core, void *slot) {
  if (core < header->core_count) ((uint64_t *)slot)[1 + core]++;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void)id;
  size_t count = qemu_plugin_tb_n_insns(block);
  qemu_plugin_register_vcpu_tb_exec_cb(block, block_executed, QEMU_PLUGIN_CB_NO_REGS, (void *)(uintptr_t)count);
  if (header->slot_count == 0) return;
  for (size_t index = 0; index < count; index++) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, index);
    uint64_t *slot = slot_of(qemu_plugin_insn_vaddr(instruction));
    if (slot == NULL) {
      header->lost++;
      continue;
    }
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, instruction_executed, QEMU_PLUGIN_CB_NO_REGS, slot);
  }
}

/* Maps `path`, made anew and zeroed. The size is set before the name leads to it, so that a reader never maps too
 * little. False when it can not. */
static bool map(const char *path, uint64_t core_count, bool histogram) {
  size_t fixed = sizeof(struct header) + core_count * LINE_WORDS * sizeof(uint64_t);
  size_t size = fixed + (histogram ? SLOT_COUNT * (1 + core_count) * sizeof(uint64_t) : 0);
  int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || ftruncate(file, (off_t)size) != 0) {
    perror(path);
    return false;
  }
  char *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (base == MAP_FAILED) {
    perror(path);
    return false;
  }
  header = (struct header *)base;
  executed = (uint64_t *)(base + sizeof(struct header));
  slots = (uint64_t *)(base + fixed);
  header->slot_count = histogram ? SLOT_COUNT : 0;
  header->core_count = core_count;
  return true;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count, char **arguments) {
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
  if (!map(path, (uint64_t)info->system.cores, histogram)) return 1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  return 0;
}
