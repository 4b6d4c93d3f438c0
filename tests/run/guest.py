#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Boot an image in QEMU, watch its console, and leave with the guest's exit code.

Without --expect the guest itself speaks TAP, and its console goes to our output. With --expect the
console must contain the patterns of that file, one line each, in that order, and we speak TAP.
A guest that is still there after its time is ended: the code is then 124.
"""
import argparse
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'tools/boot'))
import qemu  # noqa: E402

ESCAPE = re.compile(r'\x1b(\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[=>cM78])')
TIME_IS_OVER = 124


def console_lines(data):
    """The console as text: what firmware and GRUB paint on the screen is taken out."""
    text = ESCAPE.sub('', data.decode(errors='replace'))
    return [line.rstrip() for line in text.replace('\r\n', '\n').replace('\r', '\n').split('\n')]


def boot(args):
    machine = qemu.machine_read(args.machine)
    cmd = qemu.command(machine, args.image, args.cpus) + ['-serial', 'stdio', '-monitor', 'none']
    seconds = args.seconds * int(machine['slowness'])
    try:
        p = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=seconds, check=False)
        return console_lines(p.stdout), qemu.guest_code(p.returncode)
    except subprocess.TimeoutExpired as e:
        return console_lines(e.stdout or b'') + [f'# no end after {seconds} s'], TIME_IS_OVER


def patterns(path):
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and not line.startswith('#')]


def judge(lines, code, args):
    """TAP about what was expected. A pattern is looked for behind the one before it."""
    wanted = patterns(args.expect)
    print(f'1..{len(wanted) + 1}')
    position, failed = 0, False
    for number, pattern in enumerate(wanted, 1):
        found = next((i for i in range(position, len(lines)) if re.search(pattern, lines[i])), None)
        position = position if found is None else found + 1
        failed |= found is None
        print(f'{"not ok" if found is None else "ok"} {number} - console shows: {pattern}')
    failed |= code != args.exit
    print(f'{"ok" if code == args.exit else "not ok"} {len(wanted) + 1} - ends with {args.exit}')
    if failed:
        print('\n'.join('# console: ' + line for line in lines[-60:]))
        print(f'# exit code {code}, expected {args.exit}')
    return 1 if failed else 0


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--machine', default='qemu-x86_64')
    ap.add_argument('--cpus', type=int, default=1)
    ap.add_argument('--seconds', type=int, default=60)
    ap.add_argument('--expect', type=pathlib.Path)
    ap.add_argument('--exit', type=int, default=0, help='expected exit code, with --expect')
    ap.add_argument('image')
    args = ap.parse_args()
    lines, code = boot(args)
    if args.expect:
        return judge(lines, code, args)
    print('\n'.join(lines))
    return code


if __name__ == '__main__':
    sys.exit(main())
