#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Turn the marks '->NAME value' of compiled asm-offsets.c files into a header for assembly."""
import pathlib
import re
import sys

MARK = re.compile(r'->(\w+)\s+\$?(-?\w+)')


def main(out, *sources):
    lines = ['/* SPDX-License-Identifier: MIT */',
             '/* Generated from asm-offsets.c by tools/build/offsets.py. */', '#pragma once', '']
    seen = {}
    for src in sources:
        marks = MARK.findall(pathlib.Path(src).read_text())
        if not marks:
            sys.exit(f"{src}: no mark '->NAME value' found")
        for name, text in marks:
            value = int(text, 0)
            if seen.setdefault(name, value) != value:
                sys.exit(f'{src}: {name} is {value}, but was {seen[name]} before')
            lines.append(f'#define {name} {value}')
    pathlib.Path(out).write_text('\n'.join(lines) + '\n')


main(*sys.argv[1:])
