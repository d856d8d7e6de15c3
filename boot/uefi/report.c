#include "loader.h"

// The firmware goes on with its next boot option, which may clear the screen.
#define MICROSECONDS_TO_READ 5000000

EFI_STATUS stop(EFI_STATUS status, const CHAR16 *expected, const CHAR16 *remedy, const CHAR16 *format, ...) {
  va_list arguments;
  Print(L"sluice: loader: stopped: ");
  va_start(arguments, format);
  VPrint(format, arguments);
  va_end(arguments);
  Print(L"\n  expected: %s\n  to do: %s\n", expected, remedy);
  BS->Stall(MICROSECONDS_TO_READ);
  return status;
}
