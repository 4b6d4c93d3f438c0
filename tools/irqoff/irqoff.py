#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Boot images under the plugin that counts instructions with interrupts off, and report.

The exit code is 1 if a stretch is longer, or has more slow instructions, than --limit and
--slow-limit allow; 2 if a guest did not end by itself or the plugin saw what it cannot follow.
"""
import argparse
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'boot')]
import qemu  # noqa: E402
from kernel import Kernel  # noqa: E402
from report import Data, Report  # noqa: E402


def run(args, kernel, image):
    """One guest; returns the file with what the plugin saw."""
    raw = args.out / (image.stem + '.raw')
    raw.unlink(missing_ok=True)
    options = {'syms': args.out / 'kernel.syms', 'out': raw, **kernel.plugin_arguments()}
    plugin = ','.join([str(args.plugin), *(f'{k}={v}' for k, v in options.items())])
    cmd = qemu.command(qemu.machine_read(args.machine), image, args.cpus)
    cmd += ['-serial', f'file:{args.out / (image.stem + ".console")}', '-monitor', 'none',
            '-plugin', plugin]
    # Time is the number of instructions, for all devices: a run repeats itself exactly.
    if args.cpus == 1:
        cmd += ['-icount', 'shift=0,sleep=off', '-rtc', 'base=2000-01-01,clock=vm']
    try:
        status = subprocess.run(cmd, stdin=subprocess.DEVNULL, timeout=args.seconds,
                                check=False).returncode
    except subprocess.TimeoutExpired:
        print(f'{image}: no end after {args.seconds} s')
        return None
    print(f'{image.stem}: guest ended with {qemu.guest_code(status)}', flush=True)
    return raw if raw.exists() else None


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--kernel', required=True)
    ap.add_argument('--plugin', type=pathlib.Path, required=True)
    ap.add_argument('--out', type=pathlib.Path, required=True, help='folder for what is found')
    ap.add_argument('--machine', default='qemu-x86_64')
    ap.add_argument('--cpus', type=int, default=1)
    ap.add_argument('--seconds', type=int, default=300)
    ap.add_argument('--top', type=int, default=10, help='stretches to show')
    ap.add_argument('--limit', type=int, default=300, help='instructions (rule S1)')
    ap.add_argument('--slow-limit', type=int, default=8, help='slow instructions (rule S1)')
    ap.add_argument('--all-steps', action='store_true', help='calls in order, not summed up')
    ap.add_argument('--without', default='', metavar='FUNCTION',
                    help='show only ways that do not lead through it, as arch_switch')
    ap.add_argument('image', type=pathlib.Path, nargs='+')
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    kernel = Kernel(args.kernel)
    kernel.write_symbols(args.out / 'kernel.syms')
    data = Data()
    for image in args.image:
        raw = run(args, kernel, image)
        if not raw or not data.read(raw):
            print(f'{image}: nothing was measured')
            return 2
    report = Report(kernel, data, args)
    (args.out / 'irqoff.json').write_text(report.json())
    return report.show()


if __name__ == '__main__':
    sys.exit(main())
