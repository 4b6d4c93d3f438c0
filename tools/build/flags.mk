# SPDX-License-Identifier: MIT
#
# Flags of the three kinds of objects: kernel, user program, host unit test.
ARCH  := $(patsubst "%",%,$(CONFIG_ARCH))
clang := $(findstring clang,$(notdir $(firstword $(CC))))

warn := -Wall -Wextra -Wundef -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        -Wold-style-definition -Wpointer-arith -Wcast-qual -Wcast-align -Wwrite-strings \
        -Wconversion -Wsign-conversion -Wswitch-enum -Wvla -Wimplicit-fallthrough \
        -Werror=implicit-function-declaration -Werror=incompatible-pointer-types \
        -Werror=return-type
warn += $(if $(filter 1,$(WERROR)),-Werror)

cflags-common := -std=gnu17 -O2 -g -fno-common -fno-strict-aliasing \
                 -fno-delete-null-pointer-checks -MMD -MP $(warn)

# The kernel sees its own headers only: the compiler's freestanding ones come with the compiler.
cflags-arch-x86_64 := -m64 -mcmodel=kernel -mno-red-zone -mgeneral-regs-only -mno-mmx -mno-sse \
                      -fcf-protection=none $(if $(clang),--target=x86_64-none-elf)
cflags-kernel := $(cflags-common) -ffreestanding -fno-builtin -fno-stack-protector -fno-pic \
                 -fno-pie -ffunction-sections -fno-asynchronous-unwind-tables \
                 -Wframe-larger-than=512 $(cflags-arch-$(ARCH)) \
                 $(if $(CONFIG_DEBUG),-fno-omit-frame-pointer) \
                 -include $(O)/include/gen/autoconf.h -I$(O)/include

# Hidden: a function of ours with a name of libc's must not replace it inside the sanitizers.
cflags-host   := $(cflags-common) -fsanitize=address,undefined -fno-sanitize-recover=undefined \
                 -fno-omit-frame-pointer -fvisibility=hidden -D_GNU_SOURCE \
                 -include $(O)/include/gen/autoconf.h -I$(O)/include

# newlib shows clock_gettime and nanosleep to systems that say they have them: ours does.
posix-says    := -D_POSIX_TIMERS=200809L -D_POSIX_MONOTONIC_CLOCK=200809L

# Programs see kernel/abi, l4re/include and newlib, never a header of the machine that builds them:
# hence no standard include folder and none of the names that say 'this is Linux'.
not-linux     := $(addprefix -U,__linux__ __linux linux __gnu_linux__ __unix__ __unix unix)
cflags-target := -m64 -fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables \
                 -fcf-protection=none -ffunction-sections -fdata-sections $(not-linux) \
                 -nostdinc -isystem $(shell $(CC) -print-file-name=include 2>/dev/null)
cflags-user   := $(cflags-common) $(cflags-target) -fno-omit-frame-pointer $(posix-says)

# Third-party code is compiled once, by gcc, whatever compiles ours; clang links the same objects.
THIRD        ?= build/.third
THIRD_CC     ?= gcc
ifdef CONFIG_ARCH_HOST
cflags-third := -std=gnu17 -O1 -g -fno-omit-frame-pointer -fsanitize=address
else
cflags-third := -std=gnu17 -O2 -g -fno-omit-frame-pointer \
                $(filter-out -nostdinc -isystem %/include,$(cflags-target)) \
                -nostdinc -isystem $(shell $(THIRD_CC) -print-file-name=include 2>/dev/null)
endif

ifdef CONFIG_ARCH_HOST
cflags-room := $(cflags-host)
else
cflags-room := $(cflags-kernel)
endif
asflags     := -D__ASSEMBLY__=1 -Wa,--noexecstack
