/* SPDX-License-Identifier: MIT */
/*
 * <ned/sys.h> without a system: slots are counted, requests are noted as text, and what tasks do
 * is a script of its own.
 */
#pragma once

#include <ned/sys.h>

/* Forget everything; files and events included. */
void mock_reset(void);

/* A file that sys_file_open() finds. */
void mock_file(const char *path, const char *text);

/* The next calls of sys_serve_one() do this, in order. Task: the n-th that was started, from 0. */
void mock_event_exit(unsigned task, int code);
void mock_event_fault(unsigned task, unsigned long trapno);
void mock_event_command(const char *line);

/* The n-th answer of a command. */
const char *mock_answer(void);

/* Make the next sys_create() or sys_app_start() fail. */
void mock_fail(long err);

unsigned mock_slots_used(void);
unsigned mock_tasks_alive(void);

/* What was asked of the system, one line each. */
const char *mock_log(void);
