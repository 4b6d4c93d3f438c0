#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Rules that the compiler checks, as TAP.

    tests/rules/*.c        must compile: frozen layouts and numbers
    tests/conformance/l4sys/*.c   must compile: the public C API of the kernel
    tests/rules/fail/*.c   must not compile: what the types are there to prevent; the first line
                           '/* error: WORDS */' says which complaint is meant
"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
FLAGS = ['-std=gnu17', '-m64', '-ffreestanding', '-fsyntax-only', '-Wall', '-Wextra', '-Werror',
         '-Ikernel/abi', '-Ikernel/lib/include', '-Il4re/include']
MEANT = re.compile(r'/\* error: (.*?) \*/')


def compile_file(compiler, path):
    p = subprocess.run([*compiler, *FLAGS, path], capture_output=True, text=True, check=False)
    return p.returncode == 0, p.stderr


def check_good(compiler, path):
    ok, log = compile_file(compiler, path)
    return ok, f'{path.stem} compiles', log


def check_bad(compiler, path):
    compiled, log = compile_file(compiler, path)
    meant = MEANT.search(path.read_text())
    if not meant:
        return False, f'{path.stem} is refused', 'no line /* error: ... */'
    ok = not compiled and re.search(meant[1], log) is not None
    return ok, f'{path.stem} is refused', log or 'it compiled'


def main():
    compiler = sys.argv[1:] or ['gcc']
    checks = [(check_good, p) for p in sorted(HERE.glob('*.c'))]
    checks += [(check_good, p) for p in sorted(HERE.parent.glob('conformance/l4sys/*.c'))]
    checks += [(check_bad, p) for p in sorted((HERE / 'fail').glob('*.c'))]
    print(f'1..{len(checks)}')
    failed = False
    for number, (check, path) in enumerate(checks, 1):
        ok, name, log = check(compiler, path)
        failed |= not ok
        if not ok:
            print('\n'.join('# ' + line for line in log.splitlines()))
        print(f'{"ok" if ok else "not ok"} {number} - rules/{name}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
