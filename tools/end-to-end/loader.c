// The loader's parts that read what others wrote, on this machine: kernels, SMBIOS tables and memory maps made from a
// seed, under the compiler's sanitizers. Every block has just the size that it is said to have, so that a look behind its
// end is found out.
//
//   loader KERNEL SEED           status 0 when nothing is wrong, and both kinds of each input were among them
//   loader KERNEL SEED control   says that a kernel is longer than it is: the sanitizer has to end it
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader.h"

#define KERNELS 100000
#define TABLES 300000
#define MAPS 3000

static UINT64 state;
static UINT8 original[4096];
static BOOLEAN was_refused;

static UINT64 next(UINT64 limit) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state % limit;
}

static void check(int condition, const char *message) {
  if (condition) return;
  fprintf(stderr, "%s\n", message);
  exit(1);
}

// What the loader takes from the firmware and from gnu-efi.

static EFI_BOOT_SERVICES services;
EFI_BOOT_SERVICES *BS = &services;
EFI_SYSTEM_TABLE *ST;
EFI_GUID SMBIOSTableGuid, SMBIOS3TableGuid = {1, 0, 0, {0}}, LoadedImageProtocol, FileSystemProtocol;
static SMBIOS3_STRUCTURE_TABLE table;
static EFI_MEMORY_DESCRIPTOR pieces[2 * MOST_MEMORY_RANGES];
static UINTN piece_count = 1;

INTN CompareMem(const void *left, const void *right, UINTN byte_count) { return memcmp(left, right, byte_count); }
void CopyMem(void *to, const void *from, UINTN byte_count) { memmove(to, from, byte_count); }
UINTN strlena(const CHAR8 *text) { return strlen((const char *)text); }

void SetMem(void *to, UINTN byte_count, UINT8 value) { memset(to, value, byte_count); }

EFI_STATUS LibGetSystemConfigurationTable(EFI_GUID *kind, void **found) {
  if (kind->Data1 != SMBIOS3TableGuid.Data1) return EFI_NOT_FOUND;
  *found = &table;
  return EFI_SUCCESS;
}

EFI_STATUS stop(EFI_STATUS status, const CHAR16 *expected, const CHAR16 *remedy, const CHAR16 *format, ...) {
  check(expected && remedy && format && EFI_ERROR(status), "a refusal without words or status");
  was_refused = TRUE;
  return status;
}

EFI_STATUS file_read(EFI_HANDLE image, CHAR16 *path, UINTN most, struct file *file) {
  return image || !path || !most || !file ? EFI_LOAD_ERROR : EFI_NOT_FOUND;
}

// All memory is in use: a kernel that gets that far has passed every check.
static EFI_STATUS EFIAPI allocate_pages(
    EFI_ALLOCATE_TYPE type, EFI_MEMORY_TYPE kind, UINTN count, EFI_PHYSICAL_ADDRESS *start) {
  check(type == AllocateAddress && kind == EfiLoaderData, "pages of another kind");
  check(*start % EFI_PAGE_SIZE == 0 && *start >= EFI_PAGE_SIZE && count > 0, "pages that make no sense");
  check(*start + count * EFI_PAGE_SIZE <= FOUR_GIB, "pages above 4 GiB");
  return EFI_NOT_FOUND;
}

static EFI_STATUS EFIAPI allocate_pool(EFI_MEMORY_TYPE kind, UINTN byte_count, void **block) {
  check(kind == EfiLoaderData, "a block of another kind");
  *block = malloc(byte_count);
  return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI free_pool(void *block) {
  free(block);
  return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI get_memory_map(
    UINTN *byte_count, EFI_MEMORY_DESCRIPTOR *map, UINTN *key, UINTN *descriptor_byte_count, UINT32 *version) {
  UINTN needed = piece_count * sizeof *map, given = *byte_count;
  *byte_count = needed;
  *key = 1;
  *descriptor_byte_count = sizeof *map;
  *version = 1;
  if (given < needed) return EFI_BUFFER_TOO_SMALL;
  memcpy(map, pieces, needed);
  return EFI_SUCCESS;
}

// Kernels.

static const UINT64 edges[] = {
    0,        1,        2,          4,          18,         55,         56,       63,         64,        0xFFF, 0x1000,
    0x200000, 0x20F000, 0x7FFFFFFF, 0xFFFFF000, 0xFFFFFFFD, 0xFFFFFFFF, FOUR_GIB, ~0ull - 63, ~0ull - 3, ~0ull,
};

static void damage(UINT8 *bytes, UINTN byte_count) {
  for (UINTN count = 1 + next(3); count > 0; count--) {
    UINT64 value = next(2) ? edges[next(sizeof edges / sizeof *edges)] : next(~0ull);
    UINTN width = 1u << next(4), place = next(256) & ~(UINTN)(next(3) ? 3 : 0);
    if (place + width <= byte_count) memcpy(bytes + place, &value, width);
  }
}

// Ends the kernel, and the segment with its notes, in the middle of the first note.
static UINTN cut_note(UINT8 *bytes) {
  Elf64_Phdr notes;
  memcpy(&notes, bytes + sizeof(Elf64_Ehdr), sizeof notes);
  notes.p_filesz = next(notes.p_filesz);
  memcpy(bytes + sizeof(Elf64_Ehdr), &notes, sizeof notes);
  return notes.p_offset + notes.p_filesz;
}

static void try_kernels(UINTN byte_count, BOOLEAN is_control) {
  UINTN checked = 0, refused = 0;
  for (UINTN index = 0; index < KERNELS; index++) {
    UINTN length = next(4) ? byte_count : next(byte_count);
    UINT8 bytes[sizeof original];
    UINT32 entry = 0;
    memcpy(bytes, original, byte_count);
    if (index % 16 == 1) length = cut_note(bytes);
    else if (index > 0) damage(bytes, length);
    struct file file = {malloc(length ? length : 1), length};
    memcpy(file.bytes, bytes, length);
    if (is_control) file.byte_count += 64;
    was_refused = FALSE;
    check(EFI_ERROR(kernel_load(&file, &entry)) && was_refused, "a kernel was loaded where there is no memory");
    entry ? checked++ : refused++;
    free(file.bytes);
  }
  check(checked > KERNELS / 100 && refused > KERNELS / 2, "kernels of one kind only");
}

// SMBIOS tables: mostly structures, of which some are cut, long, or without an end.

static UINTN fill(UINT8 *bytes, UINTN most) {
  static const char words[] = "sluice.cmdline=ab cd";
  UINTN used = 0;
  while (used + 40 < most && next(8)) {
    bytes[used] = next(3) ? 11 : next(256);
    bytes[used + 1] = next(8) ? 5 : next(256);
    used += 5;
    if (next(2)) memcpy(bytes + used, words, sizeof words), used += sizeof words;
    else bytes[used++] = next(2) ? 'x' : 0;
    if (next(8)) bytes[used++] = 0;
  }
  return used;
}

static void try_tables(void) {
  UINTN with_words = 0, without = 0, too_long = 0;
  for (UINTN index = 0; index < TABLES; index++) {
    UINT8 bytes[300] = {0};
    UINTN length = fill(bytes, sizeof bytes);
    if (length > 0 && next(4) == 0) length = next(length);
    UINT8 *block = malloc(length ? length : 1);
    CHAR8 *line = calloc(1, LONGEST_COMMAND_LINE + 1);
    UINTN before = next(3) ? 0 : LONGEST_COMMAND_LINE - next(30);
    memcpy(block, bytes, length);
    memset(line, 'x', before);
    table.TableAddress = (UINT64)block;
    table.TableMaximumSize = length;
    BOOLEAN fits = vendor_words_add(line);
    if (!fits) too_long++;
    else if (strlena(line) > before) with_words++;
    else without++;
    free(block);
    free(line);
  }
  check(with_words > TABLES / 10 && without > TABLES / 10 && too_long > TABLES / 100, "tables of one kind only");
}

// Memory maps: disjoint pieces in any order.

static void make_pieces(void) {
  UINT64 start = 0;
  piece_count = 1 + next(next(8) ? 150 : 2 * MOST_MEMORY_RANGES);
  for (UINTN index = 0; index < piece_count; index++) {
    start += next(2) ? 0 : EFI_PAGE_SIZE * (1 + next(5));
    pieces[index] = (EFI_MEMORY_DESCRIPTOR){
        .Type = next(4) ? (UINT32)EfiConventionalMemory : (UINT32)next(20),
        .PhysicalStart = start,
        .NumberOfPages = 1 + next(9),
    };
    start += pieces[index].NumberOfPages * EFI_PAGE_SIZE;
  }
  for (UINTN index = piece_count - 1; index > 0 && next(4); index--) {
    UINTN other = next(index + 1);
    EFI_MEMORY_DESCRIPTOR moved = pieces[index];
    pieces[index] = pieces[other];
    pieces[other] = moved;
  }
}

static UINT32 expected_kind(UINT32 type) {
  static const UINT32 kinds[] = {2, 1, 1, 1, 1, 2, 2, 1, 5, 3, 4};
  return type < sizeof kinds / sizeof *kinds ? kinds[type] : 2;
}

static void check_ranges(const struct handover *handover) {
  UINT64 described = 0, given = 0;
  for (UINTN index = 0; index < handover->start_info.memory_map_count; index++) {
    const struct pvh_memory_range *range = &handover->memory[index];
    described += range->byte_count;
    if (index == 0) continue;
    const struct pvh_memory_range *former = range - 1;
    check(former->start + former->byte_count <= range->start, "ranges overlap or are out of order");
    check(former->start + former->byte_count < range->start || former->kind != range->kind, "neighbours of one kind");
  }
  for (UINTN index = 0; index < piece_count; index++) {
    UINT64 start = pieces[index].PhysicalStart, end = start + pieces[index].NumberOfPages * EFI_PAGE_SIZE;
    BOOLEAN is_there = FALSE;
    given += end - start;
    for (UINTN place = 0; place < handover->start_info.memory_map_count; place++) {
      const struct pvh_memory_range *range = &handover->memory[place];
      if (range->start <= start && end <= range->start + range->byte_count)
        is_there = range->kind == expected_kind(pieces[index].Type);
    }
    check(is_there, "a piece of memory is missing, or of another kind");
  }
  check(described == given, "more memory is described than there is");
}

static void try_maps(void) {
  UINTN translated = 0, too_many = 0;
  for (UINTN index = 0; index < MAPS; index++) {
    struct handover *handover = calloc(1, sizeof *handover);
    struct memory_map map = {0};
    make_pieces();
    check(!EFI_ERROR(memory_map_reserve(&map)) && !EFI_ERROR(memory_map_read(&map)), "the map can not be read");
    if (EFI_ERROR(memory_map_translate(&map, handover))) {
      too_many++;
    } else {
      translated++;
      check_ranges(handover);
    }
    free(map.descriptors);
    free(handover);
  }
  check(translated > MAPS / 2 && too_many > MAPS / 100, "maps of one kind only");
}

int main(int count, char **arguments) {
  check(count >= 3, "expected a kernel and a seed");
  FILE *file = fopen(arguments[1], "rb");
  check(file != NULL, "the kernel can not be read");
  UINTN byte_count = fread(original, 1, sizeof original, file);
  fclose(file);
  state = strtoull(arguments[2], NULL, 0) * 2654435761u + 1;
  services.AllocatePages = allocate_pages;
  services.AllocatePool = allocate_pool;
  services.FreePool = free_pool;
  services.GetMemoryMap = get_memory_map;
  try_kernels(byte_count, count > 3);
  try_tables();
  try_maps();
  return 0;
}
