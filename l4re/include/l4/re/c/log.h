/* SPDX-License-Identifier: MIT */
/* Plain text to the log, without stdio. */
#pragma once

#include <l4/re/env.h>

EXTERN_C_BEGIN

void l4re_log_print(char const *string);
void l4re_log_printn(char const *string, int len);
void l4re_log_print_srv(const l4_cap_idx_t logcap, char const *string);
void l4re_log_printn_srv(const l4_cap_idx_t logcap, char const *string, int len);

EXTERN_C_END
