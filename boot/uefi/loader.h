// The loader for UEFI machines: reads the kernel's ELF from the volume that it was started from, puts it where it is
// linked to run, describes the machine as a PVH loader does, and jumps to the kernel's PVH entry. The kernel does not
// know which loader it had.
#pragma once

#include <efi.h>
#include <efilib.h>

#include "pvh.h"

#define KERNEL_PATH L"\\sluice\\sluice.elf"
#define COMMAND_LINE_PATH L"\\sluice\\cmdline.txt"
#define VENDOR_WORDS "sluice.cmdline="

// What StartInfo.swift reads; the rest of a longer line would be cut there.
#define LONGEST_COMMAND_LINE 1024
#define LARGEST_KERNEL (64ull << 20)
#define LARGEST_COMMAND_LINE_FILE 65536
// With neighbours of one kind merged there are some dozen.
#define MOST_MEMORY_RANGES 512
#define HANDOVER_CODE_BYTES 256

#define FOUR_GIB (1ull << 32)

// What must lie below 4 GiB when paging is off: the code that turns it off, and what the kernel reads.
struct handover {
  UINT8 code[HANDOVER_CODE_BYTES];
  struct pvh_start_info start_info;
  struct pvh_memory_range memory[MOST_MEMORY_RANGES];
  CHAR8 command_line[LONGEST_COMMAND_LINE + 1];
};

struct file {
  UINT8 *bytes;
  UINTN byte_count;
};

// report.c

// Says on the firmware's console what is wrong, what was expected instead and what to do, and leaves time to read it.
// Gives `status`, for the caller to return. A line has 79 columns at most: the console breaks longer ones.
EFI_STATUS stop(EFI_STATUS status, const CHAR16 *expected, const CHAR16 *remedy, const CHAR16 *format, ...);

// file.c

// Reads a whole file of the volume that `image` was loaded from, `most` bytes at most, with a zero behind the last.
// EFI_NOT_FOUND when there is none, EFI_BAD_BUFFER_SIZE when it is longer.
EFI_STATUS file_read(EFI_HANDLE image, CHAR16 *path, UINTN most, struct file *file);

// kernel.c

// Checks the kernel's ELF, and puts it at the addresses it is linked for. Every error was reported.
EFI_STATUS kernel_load(const struct file *kernel, UINT32 *entry);

// memory.c

struct memory_map {
  UINT8 *descriptors;
  UINTN byte_count;
  UINTN capacity;
  UINTN descriptor_byte_count;
  UINTN key;
};

// Makes room for the firmware's memory map, with some to spare for what changes until it is read last.
EFI_STATUS memory_map_reserve(struct memory_map *map);
EFI_STATUS memory_map_read(struct memory_map *map);

// Fills PVH's table, in the order of addresses, neighbours of one kind as one.
EFI_STATUS memory_map_translate(struct memory_map *map, struct handover *handover);

// What the firmware's map says of the first part of a range that is not free.
const CHAR16 *memory_use(UINT64 start, UINT64 byte_count);

// command_line.c

// Puts the command line together. Every error was reported.
EFI_STATUS command_line_read(EFI_HANDLE image, CHAR8 *line);

// Adds words behind a blank; false when there is no room for them.
BOOLEAN command_line_add(CHAR8 *line, const UINT8 *words, UINTN byte_count);

// vendor_words.c

// Adds what follows `sluice.cmdline=` in the strings that the machine's owner put into its SMBIOS tables (type 11).
// False when there is no room.
BOOLEAN vendor_words_add(CHAR8 *line);

// handover.asm

extern const UINT8 handover_code[], handover_code_end[];
typedef void (*handover_function)(UINT32 start_info, UINT32 entry) __attribute__((noreturn, sysv_abi));
