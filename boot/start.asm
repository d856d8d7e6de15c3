; The way of a core that another one starts, from its start-up interrupt to Swift.

%include "layout.inc"

; Copied to START_PAGE, where the core begins in real mode. It uses the first core's page map and descriptors, and goes to
; long mode in one step: paging and protection are turned on together.
        section .rodata
        extern  page_map, descriptor_table
        global  start_code, start_code_end
        bits    16
        align   16
start_code:
        cli
        cld
        mov     eax, 1 << 5             ; physical address extension
        mov     cr4, eax
        mov     eax, page_map
        mov     cr3, eax
        mov     ecx, MSR_EFER
        rdmsr
        or      eax, 1 << 8 | 1 << 11   ; long mode, no-execute
        wrmsr
        o32 lgdt [cs:.table - start_code]
        mov     eax, cr0
        and     eax, ~(1 << 30 | 1 << 29)       ; caches on
        or      eax, 1 << 31 | 1 << 16 | 1      ; paging, write protection in ring 0, protection
        mov     cr0, eax
        jmp     dword CODE_SELECTOR:start_entry
.table: dw      3 * 8 - 1
        dd      descriptor_table
start_code_end:

        section .text
        bits    64
start_entry:
        mov     eax, DATA_SELECTOR
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        xor     eax, eax
        mov     fs, eax
        mov     gs, eax

        ; One that comes when it is not awaited any more must not take what is meant for another.
        mov     eax, 1
        cpuid
        shr     ebx, 24
        cmp     rbx, [core_start]
        jne     .answer
        mov     rdi, [core_start + 8]
        mov     rsp, [rdi + CORE_START_STACK]
        lgdt    [rdi + CORE_DESCRIPTORS_POINTER]
        mov     eax, TASK_SELECTOR
        ltr     ax

        mov     rax, rdi
        mov     rdx, rdi
        shr     rdx, 32
        mov     ecx, MSR_GS_BASE
        wrmsr

        xor     ebp, ebp                ; the end of every backtrace
        mov     rax, rdi
        mov     rdi, [rax + CORE_START_CONTEXT]
        call    [rax + CORE_START_FUNCTION]
.answer:
        lock bts [core_answers], rbx    ; a bit of 256: the identifier has eight
.stop:  cli
        hlt
        jmp     .stop

        section .data
        global  core_start, core_answers
        align   8
; Who is awaited, by the identifier of its local APIC, and its core block.
core_start:
        dq      -1, 0
; Who has come without being awaited, a bit for each identifier.
core_answers:
        dq      0, 0, 0, 0
