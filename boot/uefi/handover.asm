; From the firmware's long mode to what PVH asks for: 32-bit protected mode, paging off, flat segments, interrupts off,
; and the start info's address in ebx (Xen, docs/misc/pvh.pandoc).
;
; Copied below 4 GiB, and it may lie anywhere there: addresses are taken from where it runs.

CODE_SELECTOR   equ 0x08
DATA_SELECTOR   equ 0x10
MSR_EFER        equ 0xC0000080

        section .data
        global  handover_code, handover_code_end
        align   16
; handover_code(edi start info, esi entry)
handover_code:
        bits    64
        cli
        cld
        mov     ebx, edi
        lea     rax, [rel descriptors]
        mov     [rel descriptors_pointer + 2], rax
        lgdt    [rel descriptors_pointer]

        ; What would forbid turning paging off goes first: process contexts, shadow stacks. The width of addresses can
        ; not change yet.
        mov     rax, cr4
        and     eax, 1 << 12 | 1 << 5   ; five levels, physical address extension
        mov     cr4, rax

        lea     rax, [rel .narrow]
        push    CODE_SELECTOR
        push    rax
        retfq

        bits    32
.narrow:
        mov     eax, DATA_SELECTOR
        mov     ds, eax
        mov     es, eax
        mov     fs, eax
        mov     gs, eax
        mov     ss, eax
        mov     eax, 1                  ; protection alone
        mov     cr0, eax
        mov     ecx, MSR_EFER
        rdmsr
        and     eax, ~(1 << 8)          ; long mode
        wrmsr
        xor     eax, eax
        mov     cr4, eax
        jmp     esi

        align   8
descriptors:
        dq      0
        dq      0x00CF9A000000FFFF      ; code, 32-bit
        dq      0x00CF92000000FFFF      ; data
descriptors_end:
descriptors_pointer:
        dw      descriptors_end - descriptors - 1
        dq      0
handover_code_end:
