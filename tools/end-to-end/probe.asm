; A kernel of one page, for tests of the loader: says on the serial port in which state it was entered and what it was
; handed, and ends QEMU through the exit device. `nasm -f bin` makes the ELF file; -DGIVEN_... changes a definition below,
; to make a file that the loader must refuse.

%macro preset 2
  %ifdef GIVEN_%1
    %define %1 GIVEN_%1
  %else
    %define %1 %2
  %endif
%endmacro
        preset  CLASS, 2                ; 64-bit
        preset  MACHINE, 62             ; x86-64
        preset  TYPE, 2                 ; executable
        preset  ADDRESS, 0x200000
        preset  FILE_BYTES, file_end - file_start
        preset  MEMORY_BYTES, 0x3000
        preset  ENTRY, ADDRESS + entry - file_start
        preset  NOTE_TYPE, 18           ; XEN_ELFNOTE_PHYS32_ENTRY
        preset  NOTE_NAME_BYTES, 4
        preset  FLAGS, 5                ; read, execute
        preset  HEADERS, headers - file_start
        preset  HEADER_COUNT, 3
        preset  SECOND_ADDRESS, ADDRESS + 0x10000

SERIAL          equ 0x3F8
EXIT            equ 0xF4
EXIT_VALUE      equ 0x21
MAGIC           equ 0x336EC578

        bits    32
        org     ADDRESS
file_start:
        db      0x7F, "ELF", CLASS, 1, 1, 0
        dq      0
        dw      TYPE, MACHINE
        dd      1
        dq      ENTRY, HEADERS, 0
        dd      0
        dw      64, 56, HEADER_COUNT, 0, 0, 0
headers:
        dd      4, 4                    ; note
        dq      note - file_start, 0, 0, note_end - note, note_end - note, 4
        dd      1, FLAGS                ; load, all of the file and some memory more
        dq      0, ADDRESS, ADDRESS, FILE_BYTES, MEMORY_BYTES, 0x1000
        dd      1, 6
        dq      0, SECOND_ADDRESS, SECOND_ADDRESS, 0, 0x1000, 0x1000
        align   4
note:   dd      NOTE_NAME_BYTES, 4, NOTE_TYPE
        db      "Xen", 0
        dd      ENTRY
note_end:

%macro say 1
        mov     esi, %1
        call    text
%endmacro
%macro say_hexadecimal 2
        say     %1
        mov     eax, %2
        call    number
        call    new_line
%endmacro

entry:
        mov     esp, ADDRESS + MEMORY_BYTES
        pushfd
        pop     edi
        cmp     dword [ebx], MAGIC
        jne     finish
        say_hexadecimal name_flags, edi
        say_hexadecimal name_cr0, cr0
        say_hexadecimal name_cr4, cr4
        mov     ecx, 0xC0000080
        rdmsr
        mov     edi, eax
        say_hexadecimal name_efer, edi
        say_hexadecimal name_version, [ebx + 4]
        say_hexadecimal name_root, [ebx + 32]
        say_hexadecimal name_zero, [ADDRESS + MEMORY_BYTES - 0x800]
        say     name_line
        mov     esi, [ebx + 24]
        call    text
        call    new_line
        mov     edi, [ebx + 40]
        mov     ebp, [ebx + 48]
.range: test    ebp, ebp
        jz      finish
        say     name_memory
        mov     eax, [edi + 16]
        call    number
        mov     eax, [edi + 4]
        call    number
        mov     eax, [edi]
        call    digits
        mov     eax, [edi + 12]
        call    number
        mov     eax, [edi + 8]
        call    digits
        call    new_line
        add     edi, 24
        dec     ebp
        jmp     .range
finish: say     name_end
        call    new_line
        mov     dx, EXIT
        mov     al, EXIT_VALUE
        out     dx, al
        hlt

; The text at esi, up to a zero.
text:   mov     al, [esi]
        inc     esi
        test    al, al
        jz      back
        call    byte_out
        jmp     text
new_line:
        mov     al, 10
        jmp     byte_out
; A blank, and eax in hexadecimal.
number: push    eax
        mov     al, ' '
        call    byte_out
        pop     eax
digits: mov     ecx, 8
.digit: rol     eax, 4
        push    eax
        and     al, 15
        cmp     al, 10
        jb      .decimal
        add     al, 'a' - '0' - 10
.decimal:
        add     al, '0'
        call    byte_out
        pop     eax
        loop    .digit
back:   ret
; Waits until the transmitter is empty.
byte_out:
        push    edx
        push    eax
        mov     dx, SERIAL + 5
.wait:  in      al, dx
        test    al, 0x20
        jz      .wait
        pop     eax
        mov     dx, SERIAL
        out     dx, al
        pop     edx
        ret

name_flags:     db "probe: flags", 0
name_cr0:       db "probe: cr0", 0
name_cr4:       db "probe: cr4", 0
name_efer:      db "probe: efer", 0
name_version:   db "probe: version", 0
name_root:      db "probe: root", 0
name_zero:      db "probe: zero", 0
name_line:      db "probe: line ", 0
name_memory:    db "probe: memory", 0
name_end:       db "probe: end", 0
file_end:
