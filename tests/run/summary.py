#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Run TAP programs, show what failed, and close with the line 'N passed, M failed'.

Each argument is a program. A program fails as a whole (one failure more) if it breaks its plan,
leaves with a code that its results do not explain, or prints nothing.
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402


def run(program, seconds):
    start = time.monotonic()
    try:
        p = subprocess.run(program.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           timeout=seconds, check=False)
        out, code = p.stdout, p.returncode
    except subprocess.TimeoutExpired as e:
        out, code = (e.stdout or b'') + b'\n# hangs: ended by the runner\n', None
    result = tap.judge(out.decode(errors='replace').splitlines(), code)
    return result, time.monotonic() - start


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
    ap.add_argument('--seconds', type=int, default=600, help='limit for one program')
    ap.add_argument('programs', nargs='*')
    args = ap.parse_args()

    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        runs = [(p, pool.submit(run, p, args.seconds)) for p in args.programs]
        for program, future in runs:
            result, seconds = future.result()
            show(program, result, seconds, args.verbose)
            passed += result.passed
            failed += result.failed
    if not args.programs:
        print('no tests found')
        failed = 1
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
