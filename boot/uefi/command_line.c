#include "loader.h"

#define LONGEST_NAME_SUFFIX 4

// What separates words in a file; every other byte is the kernel's to judge.
static BOOLEAN is_blank(UINT8 byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == 0;
}

BOOLEAN command_line_add(CHAR8 *line, const UINT8 *words, UINTN byte_count) {
  UINTN length = strlena(line);
  while (byte_count > 0 && is_blank(words[0])) words++, byte_count--;
  while (byte_count > 0 && is_blank(words[byte_count - 1])) byte_count--;
  if (byte_count == 0) return TRUE;
  if (length > 0 && length < LONGEST_COMMAND_LINE) line[length++] = ' ';
  if (byte_count > LONGEST_COMMAND_LINE - length) return FALSE;
  for (UINTN index = 0; index < byte_count; index++) line[length + index] = is_blank(words[index]) ? ' ' : words[index];
  line[length + byte_count] = 0;
  return TRUE;
}

// The boot entry's options as text: nothing when they are not, since some firmware puts data of its own there.
static UINTN text_of_options(const EFI_LOADED_IMAGE *loaded, UINT8 *text, UINTN most) {
  const CHAR16 *options = loaded->LoadOptions;
  UINTN count = options ? loaded->LoadOptionsSize / sizeof *options : 0;
  while (count > 0 && options[count - 1] == 0) count--;
  if (count > most) count = most;
  for (UINTN index = 0; index < count; index++) {
    if (options[index] >= 0x7F || (options[index] < ' ' && options[index] != '\t')) return 0;
    text[index] = options[index];
  }
  return count;
}

// A shell puts the loader's own name first.
static UINTN own_name_length(const UINT8 *text, UINTN byte_count) {
  UINTN length = 0;
  while (length < byte_count && text[length] > ' ') length++;
  if (length < LONGEST_NAME_SUFFIX) return 0;
  const UINT8 *suffix = text + length - LONGEST_NAME_SUFFIX;
  BOOLEAN is_name = suffix[0] == '.' && (suffix[1] | 32) == 'e' && (suffix[2] | 32) == 'f' && (suffix[3] | 32) == 'i';
  return is_name ? length : 0;
}

static BOOLEAN add_options(EFI_HANDLE image, CHAR8 *line) {
  UINT8 text[2 * LONGEST_COMMAND_LINE];
  EFI_LOADED_IMAGE *loaded;
  if (EFI_ERROR(BS->HandleProtocol(image, &LoadedImageProtocol, (void **)&loaded))) return TRUE;
  UINTN byte_count = text_of_options(loaded, text, sizeof text);
  UINTN name = own_name_length(text, byte_count);
  return command_line_add(line, text + name, byte_count - name);
}

EFI_STATUS command_line_read(EFI_HANDLE image, CHAR8 *line) {
  struct file file;
  BOOLEAN fits;
  EFI_STATUS status = file_read(image, COMMAND_LINE_PATH, LARGEST_COMMAND_LINE_FILE, &file);
  line[0] = 0;
  if (status == EFI_NOT_FOUND)
    fits = add_options(image, line);
  else if (!EFI_ERROR(status))
    fits = command_line_add(line, file.bytes, file.byte_count);
  else if (status == EFI_BAD_BUFFER_SIZE)
    fits = FALSE;
  else
    return stop(
        status, L"a text file, or none", L"write the file anew", L"%s can not be read (%r)", COMMAND_LINE_PATH, status);
  if (fits && vendor_words_add(line)) return EFI_SUCCESS;
  return stop(
      EFI_BAD_BUFFER_SIZE, L"at most 1024 bytes, all words together",
      L"shorten \\sluice\\cmdline.txt, or the machine's SMBIOS strings", L"the command line is too long");
}
