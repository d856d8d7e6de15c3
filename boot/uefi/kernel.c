#include <elf.h>

#include "loader.h"

#define MOST_PROGRAM_HEADERS 64
#define PVH_NOTE_NAME "Xen"
#define PVH_NOTE_ENTRY 18

#define EXPECTED L"an ELF64 for x86-64 with a PVH note, as make image builds it"
#define REMEDY L"write the volume's kernel, or the whole disk, anew: make disk-image"

static EFI_STATUS refuse(const CHAR16 *reason) {
  return stop(EFI_LOAD_ERROR, EXPECTED, REMEDY, L"the kernel can not be used:\n  %s %s", KERNEL_PATH, reason);
}

static BOOLEAN is_inside(UINT64 offset, UINT64 byte_count, UINT64 limit) {
  return offset <= limit && byte_count <= limit - offset;
}

static EFI_STATUS check_header(const struct file *kernel, Elf64_Ehdr *header) {
  if (kernel->byte_count < sizeof *header) return refuse(L"is too short for an ELF header");
  CopyMem(header, kernel->bytes, sizeof *header);
  if (CompareMem(header->e_ident, ELFMAG, SELFMAG) != 0) return refuse(L"is not an ELF file");
  if (header->e_ident[EI_CLASS] != ELFCLASS64) return refuse(L"is not a 64-bit ELF file");
  if (header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != EM_X86_64)
    return refuse(L"is an ELF file for another kind of processor");
  if (header->e_type != ET_EXEC) return refuse(L"is not an executable with addresses of its own");
  if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 || header->e_phnum > MOST_PROGRAM_HEADERS)
    return refuse(L"has program headers that make no sense");
  if (!is_inside(header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr), kernel->byte_count))
    return refuse(L"is cut off: its program headers are not all there");
  return EFI_SUCCESS;
}

static Elf64_Phdr program_header(const struct file *kernel, const Elf64_Ehdr *header, UINTN index) {
  Elf64_Phdr segment;
  CopyMem(&segment, kernel->bytes + header->e_phoff + index * sizeof segment, sizeof segment);
  return segment;
}

// The name's and the descriptor's ends are rounded up to 4 bytes; a size near 2^32 can not wrap in 64 bits.
static UINT64 rounded(UINT32 byte_count) { return ((UINT64)byte_count + 3) & ~3ull; }

// Looks for the note with the 32-bit entry: its descriptor has 4 or 8 bytes (Xen public headers, elfnote.h).
static BOOLEAN find_entry(const UINT8 *notes, UINT64 byte_count, UINT64 *entry) {
  Elf64_Nhdr note;
  UINT64 offset = 0;
  while (is_inside(offset, sizeof note, byte_count)) {
    CopyMem(&note, notes + offset, sizeof note);
    UINT64 name = offset + sizeof note;
    UINT64 descriptor = name + rounded(note.n_namesz);
    if (!is_inside(descriptor, note.n_descsz, byte_count)) return FALSE;
    if (note.n_type == PVH_NOTE_ENTRY && note.n_namesz == sizeof PVH_NOTE_NAME &&
        CompareMem(notes + name, PVH_NOTE_NAME, sizeof PVH_NOTE_NAME) == 0 &&
        (note.n_descsz == 4 || note.n_descsz == 8)) {
      *entry = 0;
      CopyMem(entry, notes + descriptor, note.n_descsz);
      return TRUE;
    }
    offset = descriptor + rounded(note.n_descsz);
  }
  return FALSE;
}

// Checks all segments before the first is loaded: none beyond the file or 4 GiB, none in the pages of another, and the
// entry in bytes that are there and may run.
static EFI_STATUS check_segments(const struct file *kernel, const Elf64_Ehdr *header, UINT32 *entry) {
  UINT64 found = 0, free_from = EFI_PAGE_SIZE;
  BOOLEAN has_note = FALSE, is_entry_there = FALSE;
  for (UINTN index = 0; index < header->e_phnum && !has_note; index++) {
    Elf64_Phdr segment = program_header(kernel, header, index);
    if (segment.p_type != PT_NOTE || !is_inside(segment.p_offset, segment.p_filesz, kernel->byte_count)) continue;
    has_note = find_entry(kernel->bytes + segment.p_offset, segment.p_filesz, &found);
  }
  if (!has_note) return refuse(L"has no PVH note with an entry");

  for (UINTN index = 0; index < header->e_phnum; index++) {
    Elf64_Phdr segment = program_header(kernel, header, index);
    if (segment.p_type != PT_LOAD || segment.p_memsz == 0) continue;
    if (!is_inside(segment.p_offset, segment.p_filesz, kernel->byte_count))
      return refuse(L"is cut off: a segment is not all there");
    if (segment.p_filesz > segment.p_memsz || !is_inside(segment.p_paddr, segment.p_memsz, FOUR_GIB))
      return refuse(L"has a segment that makes no sense, or lies above 4 GiB");
    if ((segment.p_paddr & ~(UINT64)EFI_PAGE_MASK) < free_from)
      return refuse(L"has segments in page 0, out of order or in the same page");
    free_from = (segment.p_paddr + segment.p_memsz + EFI_PAGE_MASK) & ~(UINT64)EFI_PAGE_MASK;
    if (segment.p_flags & PF_X && found >= segment.p_paddr && found - segment.p_paddr < segment.p_filesz)
      is_entry_there = TRUE;
  }
  if (!is_entry_there) return refuse(L"has an entry outside of its code");
  *entry = found;
  return EFI_SUCCESS;
}

static EFI_STATUS load_segment(const struct file *kernel, const Elf64_Phdr *segment) {
  EFI_PHYSICAL_ADDRESS start = segment->p_paddr & ~(UINT64)EFI_PAGE_MASK;
  UINT64 byte_count = segment->p_paddr + segment->p_memsz - start;
  UINT8 *memory = (UINT8 *)segment->p_paddr;
  EFI_STATUS status = BS->AllocatePages(AllocateAddress, EfiLoaderData, EFI_SIZE_TO_PAGES(byte_count), &start);
  if (EFI_ERROR(status))
    return stop(
        status, L"free memory at the addresses that the kernel is linked for",
        L"give the machine 128 MiB of memory or more, or other firmware",
        L"the kernel can not be loaded to 0x%lx-0x%lx:\n  that memory is %s", start, start + byte_count - 1,
        memory_use(start, byte_count));
  CopyMem(memory, kernel->bytes + segment->p_offset, segment->p_filesz);
  SetMem(memory + segment->p_filesz, segment->p_memsz - segment->p_filesz, 0);
  return EFI_SUCCESS;
}

EFI_STATUS kernel_load(const struct file *kernel, UINT32 *entry) {
  Elf64_Ehdr header;
  EFI_STATUS status = check_header(kernel, &header);
  if (!EFI_ERROR(status)) status = check_segments(kernel, &header, entry);
  for (UINTN index = 0; !EFI_ERROR(status) && index < header.e_phnum; index++) {
    Elf64_Phdr segment = program_header(kernel, &header, index);
    if (segment.p_type == PT_LOAD && segment.p_memsz > 0) status = load_segment(kernel, &segment);
  }
  return status;
}
