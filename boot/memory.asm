; memcpy, memmove, memset and memcmp, which the compiler calls by name. Words of 8 bytes with overlapping ends: byte
; string instructions are thirty times slower under emulation, and short copies are what an order needs.

        bits    64
        section .text
        global  memcpy, memmove, memset, memcmp

; memcpy(rdi to, rsi from, rdx count) -> to; the two do not overlap
memcpy:
        mov     rax, rdi
        cmp     rdx, 16
        jb      copy_short
        cmp     rdx, 32
        ja      .long
        mov     r8, [rsi]               ; 16 to 32: two words from each end
        mov     r9, [rsi + 8]
        mov     r10, [rsi + rdx - 16]
        mov     r11, [rsi + rdx - 8]
        mov     [rdi], r8
        mov     [rdi + 8], r9
        mov     [rdi + rdx - 16], r10
        mov     [rdi + rdx - 8], r11
        ret
.long:  sub     rdx, 32
.words: mov     r8, [rsi]
        mov     r9, [rsi + 8]
        mov     r10, [rsi + 16]
        mov     r11, [rsi + 24]
        mov     [rdi], r8
        mov     [rdi + 8], r9
        mov     [rdi + 16], r10
        mov     [rdi + 24], r11
        add     rsi, 32
        add     rdi, 32
        sub     rdx, 32
        ja      .words
        mov     r8, [rsi + rdx]         ; the last 32 bytes; rdx is -31 to 0
        mov     r9, [rsi + rdx + 8]
        mov     r10, [rsi + rdx + 16]
        mov     r11, [rsi + rdx + 24]
        mov     [rdi + rdx], r8
        mov     [rdi + rdx + 8], r9
        mov     [rdi + rdx + 16], r10
        mov     [rdi + rdx + 24], r11
        ret

copy_short:                             ; fewer than 16 bytes; all are read before any is written
        cmp     rdx, 8
        jb      .below8
        mov     r8, [rsi]
        mov     r9, [rsi + rdx - 8]
        mov     [rdi], r8
        mov     [rdi + rdx - 8], r9
        ret
.below8:
        cmp     rdx, 4
        jb      .below4
        mov     ecx, [rsi]
        mov     r8d, [rsi + rdx - 4]
        mov     [rdi], ecx
        mov     [rdi + rdx - 4], r8d
        ret
.below4:                                ; 0 to 3: first, middle and last, the same one when there is one
        test    rdx, rdx
        jz      .none
        movzx   ecx, byte [rsi]
        movzx   r8d, byte [rsi + rdx - 1]
        mov     r9, rdx
        shr     r9, 1
        movzx   r10d, byte [rsi + r9]
        mov     [rdi + r9], r10b
        mov     [rdi], cl
        mov     [rdi + rdx - 1], r8b
.none:  ret

; memmove(rdi to, rsi from, rdx count) -> to
memmove:
        mov     rax, rdi
        mov     rcx, rdi
        sub     rcx, rsi
        cmp     rcx, rdx
        jb      .backwards
        cmp     rdx, 16
        jb      copy_short
        mov     r8, [rsi + rdx - 8]     ; the last word, before it is overwritten
        lea     r9, [rdi + rdx - 8]
.forwards:
        mov     rcx, [rsi]
        mov     [rdi], rcx
        add     rsi, 8
        add     rdi, 8
        cmp     rdi, r9
        jb      .forwards
        mov     [r9], r8
        ret
.backwards:                             ; `to` lies inside the source
        cmp     rdx, 16
        jb      copy_short
        mov     r8, [rsi]               ; the first word, written last
.word:  cmp     rdx, 8
        jbe     .first
        mov     rcx, [rsi + rdx - 8]
        mov     [rdi + rdx - 8], rcx
        sub     rdx, 8
        jmp     .word
.first: mov     [rdi], r8
        ret

; memset(rdi to, esi byte, rdx count) -> to
memset:
        mov     rax, rdi
        movzx   ecx, sil
        mov     r8, 0x0101010101010101
        imul    rcx, r8
        cmp     rdx, 8
        jb      .bytes
        lea     r9, [rdi + rdx - 8]
.word:  cmp     rdi, r9
        jae     .last
        mov     [rdi], rcx
        add     rdi, 8
        jmp     .word
.last:  mov     [r9], rcx
        ret
.bytes: test    rdx, rdx
        jz      .done
        mov     [rdi + rdx - 1], cl
        dec     rdx
        jmp     .bytes
.done:  ret

; memcmp(rdi, rsi, rdx count) -> negative, zero or positive
memcmp:
        xor     eax, eax
.word:  cmp     rdx, 8
        jb      .bytes
        mov     rcx, [rdi]
        cmp     rcx, [rsi]
        jne     .bytes
        add     rdi, 8
        add     rsi, 8
        sub     rdx, 8
        jmp     .word
.bytes: test    rdx, rdx
        jz      .done
        movzx   eax, byte [rdi]
        movzx   ecx, byte [rsi]
        sub     eax, ecx
        jnz     .done
        inc     rdi
        inc     rsi
        dec     rdx
        jmp     .bytes
.done:  ret
