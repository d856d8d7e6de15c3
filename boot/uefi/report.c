#include "loader.h"

// The firmware goes on with its next boot option, which may clear the screen. A key ends the wait.
#define LOOKS_FOR_KEY 50
#define MICROSECONDS_BETWEEN_LOOKS 100000

static void wait_for_reader(void) {
  EFI_INPUT_KEY key;
  for (UINTN looks = 0; looks < LOOKS_FOR_KEY; looks++) {
    if (ST->ConIn && !EFI_ERROR(ST->ConIn->ReadKeyStroke(ST->ConIn, &key))) return;
    BS->Stall(MICROSECONDS_BETWEEN_LOOKS);
  }
}

EFI_STATUS stop(EFI_STATUS status, const CHAR16 *expected, const CHAR16 *remedy, const CHAR16 *format, ...) {
  va_list arguments;
  Print(L"sluice: loader: stopped: ");
  va_start(arguments, format);
  VPrint(format, arguments);
  va_end(arguments);
  Print(L"\n  expected: %s\n  to do: %s\n", expected, remedy);
  wait_for_reader();
  return status;
}
