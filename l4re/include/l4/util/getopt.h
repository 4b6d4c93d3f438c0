/* SPDX-License-Identifier: MIT */
/* getopt() and getopt_long() are those of the C library. */
#pragma once

#include <getopt.h>
