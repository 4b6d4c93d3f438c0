/* SPDX-License-Identifier: MIT */
/* The text of prelude.lua, from ned_prelude to ned_prelude_end. */
    .section .rodata.prelude, "a", @progbits
    .globl ned_prelude
    .globl ned_prelude_end
ned_prelude:
    .incbin "l4re/ned/prelude.lua"
ned_prelude_end:
    .byte 0

    .section .note.GNU-stack, "", @progbits
