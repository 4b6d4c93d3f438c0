#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Run TAP programs, show what failed, and close with the line 'N passed, M failed'.

Each argument is a list of programs, one per line: name, seconds after which it hangs (0: it watches
itself), command, separated by '|'. A program fails as a whole (one failure more) if it breaks its
plan, leaves with a code that its results do not explain, or prints nothing.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tap  # noqa: E402

CANNOT_START = 126


def run(seconds, command):
    start = time.monotonic()
    try:
        p = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=seconds or None, check=False)
        out, code = p.stdout, p.returncode
    except subprocess.TimeoutExpired as e:
        out, code = e.stdout or b'', None
    except OSError as e:
        out, code = f'# {e}'.encode(), CANNOT_START
    result = tap.judge(out.decode(errors='replace').splitlines(), code)
    return result, time.monotonic() - start


def read_lists(paths):
    for path in paths:
        for line in pathlib.Path(path).read_text().splitlines():
            if line:
                name, seconds, command = line.split('|')
                yield name, int(seconds), shlex.split(command)


def show(name, result, seconds, verbose):
    state = 'ok' if not result.failed else 'FAILED'
    print(f'  {state:7} {name}: {result.passed} passed, {result.failed} failed'
          f' ({seconds:.1f} s)', flush=True)
    if verbose or result.failed:
        for line in result.lines if verbose else result.story():
            print('    ' + line)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--verbose', action='store_true', help='show all output')
    ap.add_argument('--jobs', type=int, default=min(2, os.cpu_count() or 1))
    ap.add_argument('lists', nargs='+')
    args = ap.parse_args()

    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        runs = [(name, pool.submit(run, seconds, command))
                for name, seconds, command in read_lists(args.lists)]
        for name, future in runs:
            result, seconds = future.result()
            show(name, result, seconds, args.verbose)
            passed += result.passed
            failed += result.failed
    if not runs:
        print('no tests found')
        failed = 1
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
