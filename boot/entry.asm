; The way from the loader to Swift: PVH entry in 32-bit mode, long mode, `kernel_main`.
;
; PVH (Xen public headers, start_info.h): ebx holds the address of hvm_start_info, paging is off, segments are flat.

%include "layout.inc"

        section .note.pvh note alloc noexec nowrite align=4
        dd      4, 4, 18                ; name and descriptor sizes, XEN_ELFNOTE_PHYS32_ENTRY
        db      "Xen", 0
        dd      pvh_entry

        section .text
        bits    32
        global  pvh_entry
pvh_entry:
        cli
        cld
        mov     esp, boot_stack_top
        mov     esi, ebx

        ; A first map: the low 4 GiB as they are, writable and executable. Swift replaces it (PageMap.swift).
        mov     edi, page_directories
        mov     eax, 0x83               ; present, writable, 2 MiB
.entry: mov     [edi], eax
        mov     dword [edi + 4], 0
        add     edi, 8
        add     eax, 0x200000
        jnc     .entry
        mov     eax, page_directories + 3
        mov     edi, page_directory_pointers
        mov     ecx, 4
.directory:
        mov     [edi], eax
        add     edi, 8
        add     eax, 4096
        loop    .directory
        mov     dword [page_map], page_directory_pointers + 3

        mov     eax, cr4
        or      eax, 1 << 5             ; physical address extension
        mov     cr4, eax
        mov     eax, page_map
        mov     cr3, eax
        mov     ecx, MSR_EFER
        rdmsr
        or      eax, 1 << 8 | 1 << 11   ; long mode, no-execute
        wrmsr
        mov     eax, cr0
        or      eax, 1 << 31 | 1 << 16  ; paging, write protection in ring 0
        mov     cr0, eax
        lgdt    [descriptor_table_pointer]
        jmp     CODE_SELECTOR:long_entry

        bits    64
        extern  kernel_main
long_entry:
        mov     eax, DATA_SELECTOR
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        xor     eax, eax
        mov     fs, eax
        mov     gs, eax
        mov     rsp, boot_stack_top
        call    load_task_segment

        mov     rax, core_block
        mov     [rax + CORE_SELF], rax
        mov     qword [rax + CORE_STACKS], text_end
        mov     qword [rax + CORE_STACKS_END], image_end
        mov     rdx, rax
        shr     rdx, 32
        mov     ecx, MSR_GS_BASE
        wrmsr

        xor     ebp, ebp                ; the end of every backtrace
        mov     edi, esi
        call    kernel_main
.stop:  cli
        hlt
        jmp     .stop

; The task segment's address has to be put into its descriptor in four pieces (Intel SDM 3A, 8.2.3).
load_task_segment:
        mov     rax, task_segment
        mov     rdx, task_descriptor
        mov     [rdx + 2], ax
        shr     rax, 16
        mov     [rdx + 4], al
        mov     [rdx + 7], ah
        shr     rax, 16
        mov     [rdx + 8], eax
        mov     eax, TASK_SELECTOR
        ltr     ax
        ret

        section .data
        global  descriptor_table, page_map
        align   16
descriptor_table:
        dq      0
        dq      0x00AF9A000000FFFF      ; code, 64-bit, ring 0
        dq      0x00CF92000000FFFF      ; data
task_descriptor:
        dw      task_segment_end - task_segment - 1, 0
        db      0, 0x89, 0, 0
        dq      0
descriptor_table_pointer:
        dw      $ - descriptor_table - 1
        dq      descriptor_table

        align   16
task_segment:
        dd      0
        dq      boot_stack_top, 0, 0    ; stacks of rings 0 to 2: only ring 0 is ever used
        dq      0
        dq      double_fault_stack_top, nmi_stack_top, machine_check_stack_top, 0, 0, 0, 0
        dq      0
        dw      0, task_segment_end - task_segment
task_segment_end:

        section .bss
        alignb  4096
page_map:                resb 4096
page_directory_pointers: resb 4096
page_directories:        resb 4 * 4096
page_tables:             resb 4 * 4096  ; 4 KiB pages for the low 8 MiB
register_tables:         resb REGISTER_TABLE_COUNT * 4096

core_block:              resb 4096

; Below each stack lies a page that PageMap.swift leaves absent, so that an overflow stops at once.
%macro guarded_stack 2
        alignb  4096
%1_guard:                resb 4096
                         resb %2
%1_top:
%endmacro
        guarded_stack boot_stack, STACK_BYTES
        guarded_stack double_fault_stack, IST_STACK_BYTES
        guarded_stack nmi_stack, IST_STACK_BYTES
        guarded_stack machine_check_stack, IST_STACK_BYTES

        section .text
; The addresses that Swift needs, in the order of BootLayout.swift.
        global  boot_layout
boot_layout:
        mov     rax, boot_layout_table
        ret
        section .rodata
        extern  image_start, text_end, rodata_end, image_end
        extern  interrupt_stubs, spurious_stub, timer_stub, urgent_stubs, interrupt_descriptors
        extern  start_code, start_code_end, core_start, core_answers
        align   8
boot_layout_table:
        dq      image_start, text_end, rodata_end, image_end
        dq      page_map, page_directory_pointers, page_directories, page_tables, register_tables
        dq      boot_stack_guard, double_fault_stack_guard, nmi_stack_guard, machine_check_stack_guard
        dq      interrupt_stubs, spurious_stub, timer_stub, urgent_stubs, interrupt_descriptors
        dq      start_code, start_code_end, core_start, core_answers
