#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Check what no compiler and no formatter checks: licence line, sizes, words, form.

Sizes: file 1000 lines, header 250 (of the public API 400: which function is in which header is not
ours to choose), function 80, line 100 columns. A function above 40 lines and a file above 600 are
counted, not refused.
"""
import pathlib
import re
import subprocess
import sys

CODE = {'.c', '.h', '.S'}
SCRIPT = {'.py', '.sh', '.mk', '.ld', '.lua', '.cfg', '.pml'}
TOP = {'Makefile', 'Kconfig'}
LICENCE = 'SPDX-License-Identifier: MIT'
# Spelt in two parts, so that this file does not complain about itself.
UNFINISHED = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b|'
                        r'\bfor no' r'w\b|not impl' r'emented', re.I)
NOT_C17 = re.compile(r'\bnullptr\b|\bconstexpr\b|\[\[\w|\balloca\b')
# Marks that the linker script or assembly sets are declared as arrays; they have no header.
EXTERN = re.compile(r'^extern\s(?!.*\[)', re.M)
API = ('kernel/abi/l4/', 'l4re/include/l4/')


def tracked():
    out = subprocess.run(['git', 'ls-files', '-co', '--exclude-standard'], capture_output=True,
                         text=True, check=True).stdout
    return [pathlib.Path(p) for p in out.splitlines() if pathlib.Path(p).is_file()]


def functions(lines):
    """Yield (first line number, length) of function bodies: braces in column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == '{':
            start = number
        elif line.startswith('}') and start:
            yield start, number - start + 1
            start = None


def check_code(path, lines, counts):
    limit = 1000 if path.suffix != '.h' else 400 if str(path).startswith(API) else 250
    counts['files above 600 lines'] += len(lines) > 600
    if len(lines) > limit:
        yield f'{path}: {len(lines)} lines, at most {limit}'
    text = '\n'.join(lines)
    if path.suffix == '.h' and not re.search(r'^#pragma once$', text, re.M):
        yield f'{path}: no #pragma once'
    for number, length in functions(lines):
        counts['functions'] += 1
        counts['functions above 40 lines'] += length > 40
        if length > 80:
            yield f'{path}:{number}: function of {length} lines, at most 80'
    for number, line in enumerate(lines, 1):
        if NOT_C17.search(line.split('/*')[0]):
            yield f'{path}:{number}: not in C17, or not in this house: {line.strip()}'
    if path.suffix == '.c' and EXTERN.search(text) and 'test' not in path.parts:
        yield f'{path}: extern in a source file; declare it in a header'


def check_text(path, lines):
    if not any(LICENCE in line for line in lines[:3]):
        yield f'{path}: no line with {LICENCE} at the top'
    for number, line in enumerate(lines, 1):
        if len(line) > 100 and not re.search(r'sha256|[0-9a-f]{64}', line) and path.suffix != '.mk':
            yield f'{path}:{number}: {len(line)} columns, at most 100'
        if UNFINISHED.search(line):
            yield f'{path}:{number}: unfinished: {line.strip()}'
        if line != line.rstrip():
            yield f'{path}:{number}: blanks at the end'


def main():
    bad, counts = [], dict.fromkeys(
        ('files', 'lines', 'files above 600 lines', 'functions', 'functions above 40 lines'), 0)
    for path in tracked():
        if not (path.suffix in CODE | SCRIPT or path.name in TOP):
            continue
        lines = path.read_text().splitlines()
        counts['files'] += 1
        counts['lines'] += len(lines)
        bad += check_text(path, lines)
        if path.suffix in CODE:
            bad += check_code(path, lines, counts)
    print('\n'.join(bad) if bad else 'style ok: '
          + ', '.join(f'{n} {what}' for what, n in counts.items()))
    return bool(bad)


if __name__ == '__main__':
    sys.exit(main())
