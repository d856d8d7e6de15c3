#include "loader.h"

#define MOST_TRIES 8

static EFI_STATUS read_kernel(EFI_HANDLE image, struct file *kernel) {
  EFI_STATUS status = file_read(image, KERNEL_PATH, LARGEST_KERNEL, kernel);
  if (!EFI_ERROR(status)) return EFI_SUCCESS;
  return stop(
      status, L"the kernel on the volume that this loader is on, up to 64 MiB",
      L"write it there, or the whole disk anew: make disk-image",
      L"there is no kernel to be read:\n  %s: %r", KERNEL_PATH, status);
}

// Of ACPI 2.0 or later, else of 1.0; 0 when the firmware has none, which the kernel can do without.
static UINT64 root_pointer(void) {
  void *table;
  if (!EFI_ERROR(LibGetSystemConfigurationTable(&(EFI_GUID)ACPI_20_TABLE_GUID, &table))) return (UINT64)table;
  if (!EFI_ERROR(LibGetSystemConfigurationTable(&(EFI_GUID)ACPI_TABLE_GUID, &table))) return (UINT64)table;
  return 0;
}

static EFI_STATUS make_handover(struct handover **handover) {
  EFI_PHYSICAL_ADDRESS address = FOUR_GIB - 1;
  EFI_STATUS status =
      BS->AllocatePages(AllocateMaxAddress, EfiLoaderCode, EFI_SIZE_TO_PAGES(sizeof **handover), &address);
  if (EFI_ERROR(status))
    return stop(
        status, L"some pages free below 4 GiB", L"give the machine 128 MiB of memory or more",
        L"there is no memory for what the kernel is told (%r)", status);
  *handover = (struct handover *)address;
  ZeroMem(*handover, sizeof **handover);
  CopyMem((*handover)->code, handover_code, handover_code_end - handover_code);
  (*handover)->start_info = (struct pvh_start_info){
      .magic = PVH_MAGIC,
      .version = PVH_VERSION,
      .command_line = (UINT64)(*handover)->command_line,
      .root_pointer = root_pointer(),
      .memory_map = (UINT64)(*handover)->memory,
  };
  return EFI_SUCCESS;
}

// The map's key is the proof that nothing was allocated since the map was read; firmware may do so in answer to a timer.
// After the first try nothing but reading the map is allowed, so that nothing can be said either (UEFI 2.10, 7.4.6).
static EFI_STATUS leave_firmware(EFI_HANDLE image, struct memory_map *map, struct handover *handover) {
  for (UINTN tries = 0;; tries++) {
    EFI_STATUS status = memory_map_read(map);
    if (!EFI_ERROR(status)) status = memory_map_translate(map, handover);
    if (EFI_ERROR(status) && tries == 0)
      return stop(
          status, L"a memory map of at most 512 pieces", L"see whether there is newer firmware for this machine",
          L"the firmware's memory map can not be used (%r)", status);
    if (!EFI_ERROR(status)) status = BS->ExitBootServices(image, map->key);
    if (!EFI_ERROR(status) || tries == MOST_TRIES) return status;
  }
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system) {
  struct file kernel;
  struct handover *handover = NULL;
  struct memory_map map;
  UINT32 entry;
  InitializeLib(image, system);
  Print(L"sluice: loader: %s\n", KERNEL_PATH);

  EFI_STATUS status = read_kernel(image, &kernel);
  if (!EFI_ERROR(status)) status = make_handover(&handover);
  if (!EFI_ERROR(status)) status = command_line_read(image, handover->command_line);
  if (!EFI_ERROR(status)) status = kernel_load(&kernel, &entry);
  if (EFI_ERROR(status)) return status;

  status = memory_map_reserve(&map);
  if (!EFI_ERROR(status)) status = leave_firmware(image, &map, handover);
  if (EFI_ERROR(status)) return status;
  ((handover_function)handover->code)((UINT32)(UINT64)&handover->start_info, entry);
}
