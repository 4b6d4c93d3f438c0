# SPDX-License-Identifier: MIT
third          := newlib
third-package  := newlib-source
third-version  := 3.3.0-1.3+deb12u1
third-kind     := binary
third-files    := newlib-3.3.0.tar.xz:c6f3a88b9d93420904241b231ca8647303be3bfb3cfef6adc8d1ea9207291033
third-archives := c m
third-cflags   := -D__DYNAMIC_REENT__
include tools/build/third.mk
