; Instructions that Swift cannot say, one function each, in the System V calling convention.

%include "layout.inc"
        bits    64
        section .text

%macro leaf 1
        global  %1
%1:
%endmacro

leaf port_read8
        mov     edx, edi
        xor     eax, eax
        in      al, dx
        ret
leaf port_read16
        mov     edx, edi
        xor     eax, eax
        in      ax, dx
        ret
leaf port_read32
        mov     edx, edi
        in      eax, dx
        ret
leaf port_write8
        mov     edx, edi
        mov     eax, esi
        out     dx, al
        ret
leaf port_write16
        mov     edx, edi
        mov     eax, esi
        out     dx, ax
        ret
leaf port_write32
        mov     edx, edi
        mov     eax, esi
        out     dx, eax
        ret

leaf msr_read
        mov     ecx, edi
        rdmsr
        shl     rdx, 32
        or      rax, rdx
        ret
leaf msr_write
        mov     ecx, edi
        mov     rax, rsi
        mov     rdx, rsi
        shr     rdx, 32
        wrmsr
        ret

; cpuid(leaf, subleaf, out: 4 x u32)
leaf cpuid_read
        push    rbx
        mov     r8, rdx
        mov     eax, edi
        mov     ecx, esi
        cpuid
        mov     [r8], eax
        mov     [r8 + 4], ebx
        mov     [r8 + 8], ecx
        mov     [r8 + 12], edx
        pop     rbx
        ret

leaf page_map_load
        mov     cr3, rdi
        ret

; interrupt_table_load(base, limit)
leaf interrupt_table_load
        sub     rsp, 16
        mov     [rsp], si
        mov     [rsp + 2], rdi
        lidt    [rsp]
        add     rsp, 16
        ret

leaf interrupts_enable
        sti
        ret
leaf interrupts_disable
        cli
        ret

leaf frame_pointer_read
        mov     rax, rbp
        ret

; Sources marked on this core, a bit each.
leaf core_pending_sources
        mov     rax, [gs:CORE_PENDING]
        ret

; Takes source rdi: its stamp, and then its mark. While the mark stands the stub leaves the stamp alone.
leaf core_take_source
        mov     rax, [gs:CORE_STAMPS + rdi * 8]
        btr     [gs:CORE_PENDING], rdi
        ret

; Marks source rdi from an urgent task, with time stamp rsi when it was not marked.
leaf core_mark_source
        bts     [gs:CORE_PENDING], rdi
        jc      .marked
        mov     [gs:CORE_STAMPS + rdi * 8], rsi
.marked:
        ret

leaf core_interrupted_place
        mov     rax, [gs:CORE_PLACE]
        ret

; Enters the ceiling section of cell rdi, whose first word is a priority class and whose second says that it is entered
; -> the class of the task priority, for ceiling_leave. While a section is entered the priority is its class or more, in
; whatever interrupts it too: only then can it be entered again, which is not let in.
        extern  ceiling_entered_twice
leaf ceiling_enter
        mov     rax, cr8
        mov     rcx, [rdi]
        cmp     rax, rcx
        jae     .nested
        mov     cr8, rcx
.enter: mov     qword [rdi + 8], 1
        ret
.nested:
        cmp     qword [rdi + 8], 0
        je      .enter
        push    rbp
        mov     rbp, rsp
        call    ceiling_entered_twice

; Leaves the section of cell rdi, back to class rsi.
leaf ceiling_leave
        mov     qword [rdi + 8], 0
        mov     cr8, rsi
        ret

; Halts until an interrupt has marked something; returns at once when something is marked already. `sti` takes
; effect after the next instruction, so no interrupt can slip in between the look and the halt. Behind a non-maskable one
; it could: that comes back to the look (boot/interrupts.asm).
        global  core_halt_unless_pending.halt
leaf core_halt_unless_pending
        cli
        cmp     qword [gs:CORE_PENDING], 0
        jne     .marked
        sti
.halt:  hlt
.marked:
        sti
        ret

; This core's block.
leaf core_block_address
        mov     rax, [gs:CORE_SELF]
        ret

; Sends interrupt command esi to the core whose local APIC has identifier edi. What was written before is seen by whoever
; takes the interrupt. An interrupt in between might send one too.
leaf core_interrupt
        pushfq
        cli
        cmp     byte [gs:CORE_X2APIC], 0
        jne     .by_msr
        shl     edi, 24
        mov     eax, APIC_DESTINATION
        mov     [rax], edi
        mov     eax, APIC_COMMAND
        mov     [rax], esi
        popfq
        ret
.by_msr:
        mfence                          ; this write waits for none before it (Intel SDM 3A, 11.12.3)
        lfence
        mov     ecx, MSR_X2APIC_COMMAND
        mov     eax, esi
        mov     edx, edi
        wrmsr
        popfq
        ret

leaf core_pause
        pause
        ret

leaf core_stop
        cli
        hlt
        jmp     core_stop
