/* SPDX-License-Identifier: MIT */
#pragma once

#define STRETTO_VERSION "0.1.0"
