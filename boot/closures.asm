; swift_retain and swift_release, which the compiler calls by name for the context of a stored closure. In the image no
; closure has one, since a context would be on the heap: there is nothing to count, and anything else is a fault.

        bits    64
        section .text
        global  swift_retain, swift_release

; swift_retain(rdi context) -> context
swift_retain:
        mov     rax, rdi
swift_release:
        test    rdi, rdi
        jnz     .fault
        ret
.fault: ud2
