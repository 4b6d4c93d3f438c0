/* SPDX-License-Identifier: MIT */
/* What the files of this test share. Each sentence is a TAP line on the log. */
#pragma once

#include <l4/sys/types.h>

/* Note one result. `what` is a sentence that is true if ok. */
void check(int ok, const char *what);

/* The same for two numbers that must be equal; a difference is printed. */
void check_eq(long got, long want, const char *what);

/* An empty slot; the test ends if there is none. */
l4_cap_idx_t slot(void);

/* Bytes of the program's allocator in use. */
unsigned long used(void);

void test_dataspace(void);
void test_region_map(void);
void test_namespace(void);
void test_allocator(void);
void test_malformed(void);
void test_libc(void);
void test_thread(void);
void test_server(void);
