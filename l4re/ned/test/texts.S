/* SPDX-License-Identifier: MIT */
/* The text of test_prelude.lua, from test_prelude_text to test_prelude_text_end. */
    .section .rodata.test_prelude, "a", @progbits
    .globl test_prelude_text
    .globl test_prelude_text_end
test_prelude_text:
    .incbin "l4re/ned/test/test_prelude.lua"
test_prelude_text_end:
    .byte 0

    .section .note.GNU-stack, "", @progbits
