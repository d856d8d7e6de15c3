; A disk whose boot sector starts the image in Bochs, as QEMU's -kernel does: the image is put where it was linked, and
; entered in 32-bit mode with PVH's start info in ebx (Xen public headers, arch-x86/hvm/start_info.h).
;
; Assembled by tools/bochs-test, which defines: IMAGE (the loaded bytes, as a file), LOAD_ADDRESS, IMAGE_END (to which
; memory is cleared), ENTRY, MEMORY_END, COMMAND_LINE.

        org     0x7C00
        bits    16
BUFFER          equ 0x10000             ; low memory, for one part of the image at a time
PART_SECTORS    equ 64

start:  cli
        cld
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, start
        in      al, 0x92
        or      al, 2                   ; address line 20
        out     0x92, al
        lgdt    [descriptor_table_pointer]
.read:  mov     si, packet
        mov     ah, 0x42                ; extended read; the BIOS left the drive's number in dl
        int     0x13
        jc      failed
        cli
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        mov     bx, 16                  ; flat segments, whose limits stay behind in real mode
        mov     ds, bx
        mov     es, bx
        and     al, 0xFE
        mov     cr0, eax
        mov     esi, BUFFER
        mov     edi, [destination]
        mov     ecx, PART_SECTORS * 512 / 4
        a32 rep movsd
        mov     [destination], edi
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        add     dword [packet.sector], PART_SECTORS
        dec     word [parts]
        jnz     .read

        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        jmp     8:protected

failed: mov     dx, 0x3F8               ; one letter on the serial port: the test shows what it got
        mov     al, '!'
        out     dx, al
.stop:  hlt
        jmp     .stop

        bits    32
protected:
        mov     eax, 16
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        mov     edi, LOAD_ADDRESS + (image_end - image)
        xor     eax, eax
        mov     ecx, (IMAGE_END - LOAD_ADDRESS - (image_end - image)) / 4
        rep     stosd
        mov     ebx, start_info
        mov     eax, ENTRY
        jmp     eax

        align   8
packet: dw      16, PART_SECTORS
        dw      0, BUFFER / 16
.sector:
        dq      1
destination:
        dd      LOAD_ADDRESS
parts:  dw      (image_end - image + PART_SECTORS * 512 - 1) / (PART_SECTORS * 512)

        align   8
descriptor_table:
        dq      0
        dq      0x00CF9A000000FFFF      ; code, 32-bit, flat
        dq      0x00CF92000000FFFF      ; data
descriptor_table_pointer:
        dw      $ - descriptor_table - 1
        dd      descriptor_table

        align   8
start_info:
        dd      0x336EC578, 1, 0, 0     ; magic, version, flags, modules
        dq      0, command_line, 0      ; modules' list, command line, ACPI
        dq      memory_map
        dd      2, 0
memory_map:
        dq      0, 0x90000
        dd      1, 0                    ; usable
        dq      0x100000, MEMORY_END - 0x100000
        dd      1, 0
command_line:
        db      COMMAND_LINE, 0

        times   510 - ($ - $$) db 0
        dw      0xAA55
image:  incbin  IMAGE
        align   4, db 0
image_end:
        times   PART_SECTORS * 512 db 0 ; the last part is read whole
; Whole cylinders of 16 heads and 63 sectors.
        times   (16 * 63 * 512) - ($ - $$) % (16 * 63 * 512) db 0
