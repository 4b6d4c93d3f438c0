#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Spoil a program: bad_elf.py machine|short FROM TO."""
import pathlib
import struct
import sys

EM_AARCH64 = 183
E_MACHINE = 18  # offset in the ELF header


def main():
    how, source, target = sys.argv[1:]
    data = bytearray(pathlib.Path(source).read_bytes())
    if how == 'machine':
        struct.pack_into('<H', data, E_MACHINE, EM_AARCH64)
    elif how == 'short':
        del data[5000:]
    else:
        raise SystemExit(f'unknown kind {how}')
    pathlib.Path(target).write_bytes(data)


if __name__ == '__main__':
    main()
