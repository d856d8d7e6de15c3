#include "loader.h"

// For pieces that come to be while the map is read for the last time.
#define SPARE_DESCRIPTORS 64

static EFI_MEMORY_DESCRIPTOR *descriptor_at(const struct memory_map *map, UINTN index) {
  return (EFI_MEMORY_DESCRIPTOR *)(map->descriptors + index * map->descriptor_byte_count);
}

static UINTN descriptor_count(const struct memory_map *map) {
  return map->byte_count / map->descriptor_byte_count;
}

EFI_STATUS memory_map_reserve(struct memory_map *map) {
  UINT32 version;
  UINTN byte_count = 0;
  EFI_STATUS status = BS->GetMemoryMap(&byte_count, NULL, &map->key, &map->descriptor_byte_count, &version);
  if (status != EFI_BUFFER_TOO_SMALL) return status;
  map->capacity = byte_count + SPARE_DESCRIPTORS * map->descriptor_byte_count;
  return BS->AllocatePool(EfiLoaderData, map->capacity, (void **)&map->descriptors);
}

EFI_STATUS memory_map_read(struct memory_map *map) {
  UINT32 version;
  map->byte_count = map->capacity;
  return BS->GetMemoryMap(
      &map->byte_count, (EFI_MEMORY_DESCRIPTOR *)map->descriptors, &map->key, &map->descriptor_byte_count, &version);
}

// The specification does not promise an order. By insertion: what firmware gives is nearly in order.
static void sort(const struct memory_map *map) {
  EFI_MEMORY_DESCRIPTOR moved;
  for (UINTN index = 1; index < descriptor_count(map); index++) {
    UINTN place = index;
    CopyMem(&moved, descriptor_at(map, index), sizeof moved);
    for (; place > 0 && descriptor_at(map, place - 1)->PhysicalStart > moved.PhysicalStart; place--)
      CopyMem(descriptor_at(map, place), descriptor_at(map, place - 1), sizeof moved);
    CopyMem(descriptor_at(map, place), &moved, sizeof moved);
  }
}

// Boot services and this loader are over when the kernel runs (UEFI 2.10, 7.2).
static enum pvh_memory_kind kind_of(UINT32 type) {
  switch (type) {
    case EfiLoaderCode:
    case EfiLoaderData:
    case EfiBootServicesCode:
    case EfiBootServicesData:
    case EfiConventionalMemory:
      return PVH_RAM;
    case EfiACPIReclaimMemory:
      return PVH_ACPI;
    case EfiACPIMemoryNVS:
      return PVH_ACPI_NVS;
    case EfiUnusableMemory:
      return PVH_UNUSABLE;
    default:
      return PVH_RESERVED;
  }
}

EFI_STATUS memory_map_translate(struct memory_map *map, struct handover *handover) {
  struct pvh_memory_range *last = NULL;
  UINT32 count = 0;
  sort(map);
  for (UINTN index = 0; index < descriptor_count(map); index++) {
    const EFI_MEMORY_DESCRIPTOR *piece = descriptor_at(map, index);
    UINT64 byte_count = piece->NumberOfPages << EFI_PAGE_SHIFT;
    UINT32 kind = kind_of(piece->Type);
    if (last && last->kind == kind && last->start + last->byte_count == piece->PhysicalStart) {
      last->byte_count += byte_count;
      continue;
    }
    if (count == MOST_MEMORY_RANGES) return EFI_BUFFER_TOO_SMALL;
    last = &handover->memory[count++];
    *last = (struct pvh_memory_range){.start = piece->PhysicalStart, .byte_count = byte_count, .kind = kind};
  }
  handover->start_info.memory_map_count = count;
  return EFI_SUCCESS;
}

static const CHAR16 *name_of(UINT32 type) {
  switch (type) {
    case EfiLoaderCode:
    case EfiLoaderData:
      return L"used by a loader";
    case EfiBootServicesCode:
    case EfiBootServicesData:
      return L"used by the firmware's boot services";
    case EfiRuntimeServicesCode:
    case EfiRuntimeServicesData:
      return L"used by the firmware's runtime services";
    case EfiUnusableMemory:
      return L"unusable (it has errors)";
    case EfiACPIReclaimMemory:
    case EfiACPIMemoryNVS:
      return L"ACPI's";
    case EfiMemoryMappedIO:
    case EfiMemoryMappedIOPortSpace:
      return L"registers of devices";
    case EfiConventionalMemory:
      return L"free";
    case EfiMaxMemoryType:
      return L"not there";
    default:
      return L"reserved";
  }
}

// The type of the first piece that is not free, or EfiConventionalMemory when all of the range is; EfiMaxMemoryType
// where there is no memory.
static UINT32 first_use(const struct memory_map *map, UINT64 start, UINT64 end) {
  for (UINTN index = 0; index < descriptor_count(map) && start < end; index++) {
    const EFI_MEMORY_DESCRIPTOR *piece = descriptor_at(map, index);
    UINT64 piece_end = piece->PhysicalStart + (piece->NumberOfPages << EFI_PAGE_SHIFT);
    if (piece_end <= start) continue;
    if (piece->PhysicalStart > start) break;
    if (piece->Type != EfiConventionalMemory) return piece->Type;
    start = piece_end;
  }
  return start < end ? EfiMaxMemoryType : EfiConventionalMemory;
}

const CHAR16 *memory_use(UINT64 start, UINT64 byte_count) {
  struct memory_map map;
  const CHAR16 *use = L"unknown";
  if (EFI_ERROR(memory_map_reserve(&map))) return use;
  if (!EFI_ERROR(memory_map_read(&map))) {
    sort(&map);
    use = name_of(first_use(&map, start, start + byte_count));
  }
  BS->FreePool(map.descriptors);
  return use;
}
