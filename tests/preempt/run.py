#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Boot the preempt-everywhere guest so that time is the number of instructions.

The console, TAP, goes to our output; the exit code is the guest's.
"""
import argparse
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'tools/boot'), str(ROOT / 'tests/run')]
import guest  # noqa: E402
import qemu  # noqa: E402

ICOUNT = ['-icount', 'shift=0,sleep=off', '-rtc', 'base=2026-01-01,clock=vm']


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--path', default='', help='only this one')
    ap.add_argument('--offset', default='', help='only instructions around this one')
    ap.add_argument('--points', default='10', help='places per path and strike, 0: all')
    ap.add_argument('--seconds', type=int, default=120)
    ap.add_argument('image')
    args = ap.parse_args()
    params = f'{args.path or "*"} {args.offset or "*"} {args.points}'
    cmd = qemu.command(qemu.machine_read('qemu-x86_64'), args.image) + ICOUNT
    cmd += ['-serial', 'stdio', '-monitor', 'none', '-fw_cfg', f'name=opt/preempt,string={params}']
    try:
        p = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=args.seconds, check=False)
        lines, code = guest.console_lines(p.stdout), qemu.guest_code(p.returncode)
    except subprocess.TimeoutExpired as e:
        lines = guest.console_lines(e.stdout or b'') + [f'# no end after {args.seconds} s']
        code = 124
    print('\n'.join(lines))
    return code


if __name__ == '__main__':
    sys.exit(main())
