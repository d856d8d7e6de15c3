#include "loader.h"

static EFI_STATUS read_all(EFI_FILE_HANDLE handle, UINTN most, struct file *file) {
  UINT64 byte_count = 0;
  EFI_STATUS status = handle->SetPosition(handle, ~0ull);
  if (!EFI_ERROR(status)) status = handle->GetPosition(handle, &byte_count);
  if (!EFI_ERROR(status)) status = handle->SetPosition(handle, 0);
  if (EFI_ERROR(status)) return status;
  if (byte_count > most) return EFI_BAD_BUFFER_SIZE;

  status = BS->AllocatePool(EfiLoaderData, byte_count + 1, (void **)&file->bytes);
  if (EFI_ERROR(status)) return status;
  file->byte_count = byte_count;
  status = handle->Read(handle, &file->byte_count, file->bytes);
  if (EFI_ERROR(status)) return status;
  if (file->byte_count != byte_count) return EFI_END_OF_FILE;
  file->bytes[byte_count] = 0;
  return EFI_SUCCESS;
}

EFI_STATUS file_read(EFI_HANDLE image, CHAR16 *path, UINTN most, struct file *file) {
  EFI_LOADED_IMAGE *loaded;
  EFI_FILE_IO_INTERFACE *volume;
  EFI_FILE_HANDLE root, handle;
  EFI_STATUS status = BS->HandleProtocol(image, &LoadedImageProtocol, (void **)&loaded);
  if (!EFI_ERROR(status)) status = BS->HandleProtocol(loaded->DeviceHandle, &FileSystemProtocol, (void **)&volume);
  if (!EFI_ERROR(status)) status = volume->OpenVolume(volume, &root);
  if (EFI_ERROR(status)) return status;

  status = root->Open(root, &handle, path, EFI_FILE_MODE_READ, 0);
  if (!EFI_ERROR(status)) {
    status = read_all(handle, most, file);
    handle->Close(handle);
  }
  root->Close(root);
  return status;
}
