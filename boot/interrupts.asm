; Interrupt entry. A deferred interrupt only marks its source in the core block and returns; an urgent one calls its
; task; an exception saves the registers and goes to Swift, which does not come back, unless a non-maskable interrupt was
; a question of another core.

%include "layout.inc"
        bits    64
        section .text

; The end of an interrupt, with rax to restore: by memory-mapped register, or elsewhere by MSR.
%macro end_interrupt 0
        cmp     byte [gs:CORE_X2APIC], 0
        jne     end_by_msr
        a32 mov dword [abs APIC_EOI], 0 ; an address of 32 bits, not a displacement with its sign
        pop     rax
        iretq
%endmacro

; One stub per interrupt source. The time stamp is that of the first mark since the source was taken: whoever takes
; a source reads the stamp before clearing the bit.
%macro source_stub 1
source_%1:
        push    rax
        mov     rax, [rsp + 8]
        mov     [gs:CORE_PLACE], rax
        bts     qword [gs:CORE_PENDING], %1
        jc      .end
        push    rdx
        rdtsc
        mov     [gs:CORE_STAMPS + %1 * 8], eax
        mov     [gs:CORE_STAMPS + %1 * 8 + 4], edx
        pop     rdx
.end:   end_interrupt
%endmacro

%assign source 0
%rep SOURCE_COUNT
        source_stub source
%assign source source + 1
%endrep

end_by_msr:
        push    rcx
        push    rdx
        mov     ecx, MSR_X2APIC_EOI
        xor     eax, eax
        xor     edx, edx
        wrmsr
        pop     rdx
        pop     rcx
        pop     rax
        iretq

; The timer marks its source as any other, and then watches the core: it goes on counting. When it fires and its mark
; still stands, nobody has looked at the marks for the whole count; unless it was set anew meanwhile, by a core that was
; about to look: then the mark is young, and the timer goes on.
timer:
        push    rax
        push    rdx
        mov     rax, [rsp + 16]
        mov     [gs:CORE_PLACE], rax
        mov     rdx, [gs:CORE_TIMER_SOURCE]
        bts     [gs:CORE_PENDING], rdx
        jc      .stands
        push    rcx
        mov     ecx, edx
        rdtsc
        shl     rdx, 32
        or      rax, rdx
        mov     [gs:CORE_STAMPS + rcx * 8], rax
        mov     rdx, [gs:CORE_WATCHDOG]
        test    rdx, rdx
        jnz     .watch
.end:   pop     rcx
.done:  pop     rdx
        end_interrupt
.watch: cmp     byte [gs:CORE_TSC_DEADLINE], 0
        jne     .by_deadline
        cmp     byte [gs:CORE_X2APIC], 0
        jne     .by_msr
        mov     eax, APIC_INITIAL_COUNT
        mov     [rax], edx
        jmp     .end
.by_msr:
        mov     ecx, MSR_X2APIC_INITIAL_COUNT
        mov     eax, edx
        xor     edx, edx
        wrmsr
        jmp     .end
.by_deadline:
        mov     ecx, MSR_TSC_DEADLINE
        add     rax, rdx
        mov     rdx, rax
        shr     rdx, 32
        wrmsr
        jmp     .end
.stands:
        cmp     qword [gs:CORE_WATCHDOG], 0
        je      .done
        push    rcx
        mov     ecx, edx
        rdtsc
        shl     rdx, 32
        or      rax, rdx
        mov     rdx, rax
        sub     rdx, [gs:CORE_STAMPS + rcx * 8]
        cmp     rdx, [gs:CORE_WATCHDOG_LEAST]
        mov     rdx, [gs:CORE_WATCHDOG]
        jb      .watch
        pop     rcx
        pop     rdx
        pop     rax
        push    0
        push    TIMER_VECTOR
        jmp     watchdog_entry

; One stub per urgent slot. The interrupt stays in service while its task runs, which holds back its own level and all
; below (Intel SDM 3A, 11.8.3.1); higher ones come in between, on the same stack, and end before it goes on. No stack of
; the task segment, therefore: those are not re-entrant.
%macro urgent_stub 1
urgent_%1:
        push    rax
        mov     eax, CORE_URGENT + %1 * URGENT_BYTES
        jmp     urgent_entry
%endmacro

%assign slot 0
%rep URGENT_SLOT_COUNT
        urgent_stub slot
%assign slot slot + 1
%endrep

urgent_entry:
        push    rcx
        push    rdx
        push    rsi
        push    rdi
        push    r8
        push    r9
        push    r10
        push    r11
        push    qword [rsp + 9 * 8]     ; a frame for backtraces: where the interrupted code is, and its frame
        inc     qword [rsp]             ; they subtract one, since what they find else is behind a call
        push    rbp
        mov     rbp, rsp                ; a multiple of 16: the processor aligns the stack, and 16 words were pushed
        mov     ecx, eax
        rdtsc
        shl     rdx, 32
        or      rax, rdx

        ; The limit: an interrupt may come its tolerance earlier than due, and the next is due an interval later.
        mov     rdx, [gs:rcx + URGENT_DUE]
        cmp     rdx, rax
        cmovb   rdx, rax
        mov     rsi, rdx
        sub     rsi, rax
        cmp     rsi, [gs:rcx + URGENT_TOLERANCE]
        ja      .demote
        add     rdx, [gs:rcx + URGENT_INTERVAL]
        mov     [gs:rcx + URGENT_DUE], rdx
        inc     qword [gs:rcx + URGENT_RUN]

        mov     rdi, [gs:rcx + URGENT_CONTEXT]
        mov     rsi, rax
        sti
        call    [gs:rcx + URGENT_FUNCTION]
        cli
.end:   pop     rbp
        add     rsp, 8
        pop     r11
        pop     r10
        pop     r9
        pop     r8
        pop     rdi
        pop     rsi
        pop     rdx
        pop     rcx
        end_interrupt
.demote:
        inc     qword [gs:rcx + URGENT_DEMOTED]
        mov     rdx, [gs:rcx + URGENT_SOURCE]
        bts     [gs:CORE_PENDING], rdx
        jc      .end
        mov     [gs:CORE_STAMPS + rdx * 8], rax
        jmp     .end

; The local APIC's spurious vector needs no end of interrupt (Intel SDM 3A, 11.9).
spurious:
        iretq

; Exceptions: a frame of error code, vector and all registers, as ExceptionFrame.swift reads it.
%macro exception_stub 1
exception_%1:
  %if %1 != 8 && (%1 < 10 || %1 > 14) && %1 != 17 && %1 != 21 && %1 != 29 && %1 != 30
        push    0                       ; the processor pushes no error code for this one
  %endif
        push    %1
  %if %1 == 2
        jmp     non_maskable_entry
  %else
        jmp     exception_entry
  %endif
%endmacro

%assign vector 0
%rep FIRST_SOURCE_VECTOR
        exception_stub vector
%assign vector vector + 1
%endrep

; Saves the registers and calls a Swift function: what is pushed is what ExceptionFrame reads. The stack is a multiple of
; 16 then: the processor aligns it before it pushes its frame, and 22 words lie on it.
%macro call_swift 1
        extern  %1
        push    rax
        push    rcx
        push    rdx
        push    rbx
        push    rbp
        push    rsi
        push    rdi
        push    r8
        push    r9
        push    r10
        push    r11
        push    r12
        push    r13
        push    r14
        push    r15
        mov     rdi, rsp
        mov     rsi, cr2
        cld
        call    %1
%endmacro

; Back to what it was before, without the error code and the vector.
%macro restore_registers 0
        pop     r15
        pop     r14
        pop     r13
        pop     r12
        pop     r11
        pop     r10
        pop     r9
        pop     r8
        pop     rdi
        pop     rsi
        pop     rbp
        pop     rbx
        pop     rdx
        pop     rcx
        pop     rax
        add     rsp, 16
%endmacro

exception_entry:
        call_swift exception_raised
.stop:  cli
        hlt
        jmp     .stop

; Between `sti` and `hlt` it lets in what waits for the halt, which then would not end: the core looks again.
        extern  core_halt_unless_pending, core_halt_unless_pending.halt
non_maskable_entry:
        call_swift non_maskable_raised
        restore_registers
        push    rax
        lea     rax, [rel core_halt_unless_pending.halt]
        cmp     [rsp + 8], rax
        lea     rax, [rel core_halt_unless_pending]
        jne     .back
        mov     [rsp + 8], rax
.back:  pop     rax
        iretq

; Where a hang is only reported, the timer goes on.
watchdog_entry:
        call_swift watchdog_expired
        restore_registers
        push    rax
        push    rdx
        push    rcx
        rdtsc
        shl     rdx, 32
        or      rax, rdx
        mov     rdx, [gs:CORE_WATCHDOG]
        jmp     timer.watch

        section .rodata
        global  interrupt_stubs, spurious_stub, timer_stub, urgent_stubs
        align   8
; The entry points of vectors 0 to 95, in order.
interrupt_stubs:
%assign vector 0
%rep FIRST_SOURCE_VECTOR
        dq      exception_ %+ vector
%assign vector vector + 1
%endrep
%assign source 0
%rep SOURCE_COUNT
        dq      source_ %+ source
%assign source source + 1
%endrep
spurious_stub:
        dq      spurious
timer_stub:
        dq      timer
; The entry points of the urgent slots, in order.
urgent_stubs:
%assign slot 0
%rep URGENT_SLOT_COUNT
        dq      urgent_ %+ slot
%assign slot slot + 1
%endrep

        section .bss
        global  interrupt_descriptors
        alignb  16
interrupt_descriptors: resb 256 * 16
