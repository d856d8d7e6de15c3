; Interrupt entry. A device interrupt only marks its source in the core block and returns; an exception saves the
; registers and goes to Swift, which does not come back.

%include "layout.inc"
        bits    64
        section .text

; One stub per interrupt source. The time stamp is that of the first mark since the source was taken: whoever takes
; a source reads the stamp before clearing the bit.
%macro source_stub 1
source_%1:
        push    rax
        bts     qword [gs:CORE_PENDING], %1
        jc      end_of_interrupt
        push    rdx
        rdtsc
        shl     rdx, 32
        or      rax, rdx
        mov     [gs:CORE_STAMPS + %1 * 8], rax
        pop     rdx
        jmp     end_of_interrupt
%endmacro

%assign source 0
%rep SOURCE_COUNT
        source_stub source
%assign source source + 1
%endrep

end_of_interrupt:
        cmp     byte [gs:CORE_X2APIC], 0
        jne     .by_msr
        mov     eax, APIC_EOI
        mov     dword [rax], 0
        pop     rax
        iretq
.by_msr:
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
        jmp     exception_entry
%endmacro

%assign vector 0
%rep FIRST_SOURCE_VECTOR
        exception_stub vector
%assign vector vector + 1
%endrep

        extern  exception_raised
exception_entry:
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
        and     rsp, -16
        cld
        call    exception_raised
.stop:  cli
        hlt
        jmp     .stop

        section .rodata
        global  interrupt_stubs, spurious_stub
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

        section .bss
        global  interrupt_descriptors
        alignb  16
interrupt_descriptors: resb 256 * 16
