#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Check linked programs: the right machine, no segment both writable and executable.

With --kernel also: a build id, and no instruction that touches a vector register, since the kernel
runs with the registers of whoever it interrupted.
"""
import argparse
import re
import struct
import subprocess
import sys

EM_X86_64, ET_EXEC, ET_DYN = 62, 2, 3
PT_LOAD, PT_NOTE, PT_GNU_STACK = 1, 4, 0x6474E551
PF_X, PF_W = 1, 2
NT_GNU_BUILD_ID = 3
VECTOR = re.compile(r'%[xyz]?mm\d')


def segments(image):
    phoff, = struct.unpack_from('<Q', image, 32)
    size, count = struct.unpack_from('<HH', image, 54)
    for i in range(count):
        kind, flags, offset, vaddr, _, filesz, memsz, align = struct.unpack_from(
            '<IIQQQQQQ', image, phoff + i * size)
        yield kind, flags, offset, vaddr, filesz, memsz, align


def has_build_id(image, offset, size):
    end = offset + size
    while offset + 12 <= end:
        namesz, descsz, kind = struct.unpack_from('<III', image, offset)
        name = image[offset + 12:offset + 12 + namesz]
        if kind == NT_GNU_BUILD_ID and name == b'GNU\0':
            return True
        offset += 12 + (namesz + 3 & ~3) + (descsz + 3 & ~3)
    return False


def check_header(image):
    if image[:6] != b'\x7fELF\x02\x01':
        return ['not a little-endian ELF64 file']
    kind, machine = struct.unpack_from('<HH', image, 16)
    bad = []
    if machine != EM_X86_64:
        bad.append(f'made for machine {machine}, not for x86-64')
    if kind not in (ET_EXEC, ET_DYN):
        bad.append(f'ELF type {kind} is not a program')
    return bad


def check_segments(image):
    bad, loads, previous = [], 0, None
    for kind, flags, offset, vaddr, filesz, memsz, _ in segments(image):
        if kind == PT_GNU_STACK and flags & PF_X:
            bad.append('asks for an executable stack')
        if kind != PT_LOAD:
            continue
        loads += 1
        if flags & PF_W and flags & PF_X:
            bad.append(f'segment at {vaddr:#x} is writable and executable')
        if previous is not None and previous // 4096 == vaddr // 4096 and memsz:
            bad.append(f'segment at {vaddr:#x} shares a page with the one before')
        if filesz and offset % 4096 != vaddr % 4096:
            bad.append(f'segment at {vaddr:#x} cannot be mapped from the file')
        previous = vaddr + memsz - 1 if memsz else previous
    if not loads:
        bad.append('nothing to load')
    return bad


def check_kernel(path, image):
    bad = []
    if not any(kind == PT_NOTE and has_build_id(image, offset, filesz)
               for kind, _, offset, _, filesz, _, _ in segments(image)):
        bad.append('no build id in a note segment')
    dump = subprocess.run(['objdump', '-d', '--no-show-raw-insn', path], check=True,
                          capture_output=True, text=True).stdout
    function = '?'
    for line in dump.splitlines():
        if line.endswith('>:'):
            function = line[line.index('<') + 1:-2]
        elif VECTOR.search(line.partition('#')[0]):
            bad.append(f'{function} uses a vector register: {line.strip()}')
    return bad


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--kernel', action='store_true')
    ap.add_argument('files', nargs='+')
    args = ap.parse_args()
    failed = False
    for path in args.files:
        with open(path, 'rb') as f:
            image = f.read()
        bad = check_header(image) or check_segments(image)
        if args.kernel and not bad:
            bad = check_kernel(path, image)
        for text in bad:
            print(f'{path}: {text}', file=sys.stderr)
        failed |= bool(bad)
    return failed


if __name__ == '__main__':
    sys.exit(main())
