#include "loader.h"

// SMBIOS 3.6: 6.1.2 the header of a structure, 7.12 the strings of an original equipment manufacturer.
#define TYPE_VENDOR_STRINGS 11
#define TYPE_END 127
#define HEADER_BYTES 4
#define TYPE_OFFSET 0
#define LENGTH_OFFSET 1

// Adds the words of one structure's strings, and gives the offset behind them, and the zero that ends them.
static BOOLEAN add_strings(CHAR8 *line, const UINT8 *table, UINTN byte_count, UINTN *offset, BOOLEAN is_vendors) {
  const UINTN prefix = sizeof VENDOR_WORDS - 1;
  UINTN start = *offset;
  while (start < byte_count) {
    UINTN end = start;
    while (end < byte_count && table[end] != 0) end++;
    if (end == start) break;
    if (is_vendors && end - start > prefix && CompareMem(table + start, VENDOR_WORDS, prefix) == 0 &&
        !command_line_add(line, table + start + prefix, end - start - prefix))
      return FALSE;
    start = end + 1;
  }
  // A structure without strings ends with two zeros as well.
  *offset = start + (start == *offset ? 2 : 1);
  return TRUE;
}

static BOOLEAN add_from(CHAR8 *line, const UINT8 *table, UINTN byte_count) {
  UINTN offset = 0;
  while (offset < byte_count && byte_count - offset >= HEADER_BYTES) {
    UINT8 type = table[offset + TYPE_OFFSET], length = table[offset + LENGTH_OFFSET];
    if (type == TYPE_END || length < HEADER_BYTES || length > byte_count - offset) break;
    offset += length;
    if (!add_strings(line, table, byte_count, &offset, type == TYPE_VENDOR_STRINGS)) return FALSE;
  }
  return TRUE;
}

BOOLEAN vendor_words_add(CHAR8 *line) {
  SMBIOS3_STRUCTURE_TABLE *wide;
  SMBIOS_STRUCTURE_TABLE *narrow;
  if (!EFI_ERROR(LibGetSystemConfigurationTable(&SMBIOS3TableGuid, (void **)&wide)))
    return add_from(line, (const UINT8 *)wide->TableAddress, wide->TableMaximumSize);
  if (!EFI_ERROR(LibGetSystemConfigurationTable(&SMBIOSTableGuid, (void **)&narrow)))
    return add_from(line, (const UINT8 *)(UINTN)narrow->TableAddress, narrow->TableLength);
  return TRUE;
}
