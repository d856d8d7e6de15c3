// What a PVH loader hands over (Xen public headers, arch-x86/hvm/start_info.h), version 1.
#pragma once

#include <efi.h>

#define PVH_MAGIC 0x336EC578u
#define PVH_VERSION 1

struct pvh_start_info {
  UINT32 magic;
  UINT32 version;
  UINT32 flags;
  UINT32 module_count;
  UINT64 modules;
  UINT64 command_line;
  UINT64 root_pointer;
  UINT64 memory_map;
  UINT32 memory_map_count;
  UINT32 reserved;
};

enum pvh_memory_kind {
  PVH_RAM = 1,
  PVH_RESERVED = 2,
  PVH_ACPI = 3,
  PVH_ACPI_NVS = 4,
  PVH_UNUSABLE = 5,
};

struct pvh_memory_range {
  UINT64 start;
  UINT64 byte_count;
  UINT32 kind;
  UINT32 reserved;
};

_Static_assert(sizeof(struct pvh_start_info) == 56, "version 1 has 56 bytes");
_Static_assert(sizeof(struct pvh_memory_range) == 24, "an entry has 24 bytes");
